//! The rows of the table of writes: everything that changes something, with what it does to the model.

mod background;
mod catalog;
mod contacts;
mod conversations;
mod files;
mod groups;
mod people;
mod talk;

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde_json::Value;
use shared::api::ApiError;
use shared::model::PersonId;
use shared::store::bucket::Bucket;
use shared::store::{Created, Store, StoreError};

use crate::machine::Machine;
use crate::model::Model;
use crate::scene::{Place, Scene, Who};

/// Something that changes something.
pub(crate) struct Row {
    /// The function that does it, by its name in the template; `import` for the import.
    pub(crate) function: &'static str,
    /// What is special about it, such as "of a file". Empty for the plain case.
    pub(crate) what: &'static str,
    /// Where it is tried.
    pub(crate) places: &'static [Place],
    /// Who does it.
    pub(crate) by: &'static [Who],
    /// Which others it meets.
    pub(crate) meets: Meets,
    /// What has been done before, and the stream has not delivered yet.
    pub(crate) before: &'static [(&'static Row, Who)],
    /// Does it.
    pub(crate) act: Act,
    /// Does it to the model, and gives the status that is answered.
    pub(crate) effect: fn(&mut Model, Who) -> u16,
}

/// Which others a write meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meets {
    /// All that do.
    All,
    /// It differs little from another row: itself, and some of the others, which are drawn.
    Some,
    /// All that do, but it is never held: it is more than one write, or needs what another must not meet.
    Unheld,
    /// Nothing but what triples name: a part of it is done before it begins, or the model does not know what others do.
    InTriples,
}

/// Local, since an import may not change threads.
pub(crate) type Act = for<'a> fn(&'a Actor) -> LocalBoxFuture<'a, Answer>;

/// Who does something, and where.
pub(crate) struct Actor {
    pub(crate) machine: Arc<Machine>,
    /// Counted and held by the faults as `a` or `b`.
    pub(crate) store: Store,
    pub(crate) scene: Arc<Scene>,
    pub(crate) who: Who,
}

/// What the caller is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The error's code, or the body.
    pub(crate) body: Value,
}

impl Actor {
    pub(crate) fn id(&self) -> PersonId {
        self.scene.id(self.who)
    }

    /// Does it, as the function does: first of all it checks the caller's token.
    pub(crate) async fn perform(&self, row: &Row) -> Answer {
        if self.machine.needs_token(row.function)
            && let Some(issued) = self.scene.tokens.get(&self.who)
            && let Err(refused) = self.store.authenticate(&issued.token).await
        {
            return Answer::done(Err(refused));
        }
        (row.act)(self).await
    }

    pub(crate) fn bucket(&self) -> &Bucket {
        &self.machine.bucket
    }
}

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    let all = [
        talk::ROWS,
        contacts::ROWS,
        conversations::ROWS,
        groups::ROWS,
        files::ROWS,
        people::ROWS,
        background::ROWS,
        catalog::ROWS,
    ];
    all.into_iter().flatten().copied()
}

impl Row {
    /// Whether it is about files.
    pub(crate) fn is_of_files(&self) -> bool {
        let name = |row: &Self| (row.function, row.what);
        files::ROWS.iter().any(|row| name(row) == name(self))
    }

    /// Does it to the model, and gives the status that is answered.
    pub(crate) fn expect(&self, machine: &Machine, model: &mut Model, who: Who) -> u16 {
        let token = model.tokens.get(who.name());
        if machine.needs_token(self.function) && token.is_some_and(|token| !token.is_valid) {
            return 401;
        }
        (self.effect)(model, who)
    }
}

impl Answer {
    /// 200 with this resource, or the error.
    pub(crate) fn ok<T: Serialize>(result: Result<T, StoreError>) -> Self {
        Self::with(200, result)
    }

    /// 201 or 200 with this resource, or the error.
    pub(crate) fn created<T: Serialize>(result: Result<Created<T>, StoreError>) -> Self {
        let status = if result.as_ref().is_ok_and(|created| created.is_new) {
            201
        } else {
            200
        };
        Self::with(status, result.map(|created| created.resource))
    }

    /// 204, or the error.
    pub(crate) fn done(result: Result<(), StoreError>) -> Self {
        Self::with(204, result)
    }

    fn with<T: Serialize>(status: u16, result: Result<T, StoreError>) -> Self {
        match result {
            Ok(resource) => Self {
                status,
                body: serde_json::to_value(resource).unwrap(),
            },
            Err(error) => {
                let text = error.to_string();
                let error = ApiError::from(error);
                let is_ours = error.status().is_server_error();
                let cause = if is_ours {
                    format!("{} ({text})", error.code())
                } else {
                    error.code().to_owned()
                };
                Self {
                    status: error.status().as_u16(),
                    body: cause.into(),
                }
            }
        }
    }
}
