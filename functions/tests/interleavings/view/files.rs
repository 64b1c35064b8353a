//! Somebody's uploads, and the files that they see in conversations.

use super::Eyes;
use crate::model::Facts;
use crate::scene::Who;

pub(super) async fn look(_: &Eyes<'_>, _: Who, _: &mut Facts) {}
