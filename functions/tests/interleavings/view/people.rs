//! Somebody's own data, and whether their token is valid.

use super::Eyes;
use crate::model::Facts;
use crate::scene::Who;

pub(super) async fn look(_: &Eyes<'_>, _: Who, _: &mut Facts) {}
