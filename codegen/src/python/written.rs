//! Types as Python writes them: what comes back is read as it is, what is given may be whatever is like it.

use std::collections::BTreeSet;

use super::literal;
use crate::model::{Answer, Api, Shape, Type};

/// Which types answers and parameters are made of.
pub(super) struct Uses<'a> {
    pub(super) api: &'a Api,
    answered: BTreeSet<String>,
    given: BTreeSet<String>,
}

impl<'a> Uses<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut uses = Self {
            api,
            answered: BTreeSet::new(),
            given: BTreeSet::new(),
        };
        let (mut answered, mut given) = (BTreeSet::new(), BTreeSet::new());
        for operation in api.operations() {
            match &operation.answer {
                Answer::Nothing => {}
                Answer::One(kind) => uses.reach(kind, &mut answered),
                Answer::Page { item, page } => {
                    uses.reach(item, &mut answered);
                    if let Some(page) = page {
                        uses.reach(page, &mut answered);
                    }
                }
            }
            for property in operation
                .params
                .iter()
                .flat_map(|params| params.query.iter().chain(&params.body))
            {
                uses.reach(&property.kind, &mut given);
            }
        }
        (uses.answered, uses.given) = (answered, given);
        uses
    }

    fn reach(&self, kind: &Type, found: &mut BTreeSet<String>) {
        match kind {
            Type::Named(name) => {
                if !found.insert(name.clone()) {
                    return;
                }
                match self.api.shape(name) {
                    Some(Shape::Alias(kind)) => self.reach(kind, found),
                    Some(Shape::Structure { base, properties }) => {
                        if let Some(base) = base {
                            self.reach(&Type::Named(base.clone()), found);
                        }
                        for property in properties {
                            self.reach(&property.kind, found);
                        }
                    }
                    None => {}
                }
            }
            Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => self.reach(inner, found),
            Type::Union(members) => members.iter().for_each(|member| self.reach(member, found)),
            Type::Text | Type::Number | Type::Integer | Type::Boolean | Type::Anything | Type::Enum(_) => {}
        }
    }

    /// Whether it is only given, and never comes back.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.contains(name) && !self.answered.contains(name)
    }

    /// The type of what a page of this type has beside its items, if it is that of a page.
    pub(super) fn item_of_page(&self, name: &str) -> Option<&'a Type> {
        self.api
            .operations()
            .find_map(|operation| match &operation.answer {
                Answer::Page {
                    item,
                    page: Some(Type::Named(page)),
                } if page == name => Some(item),
                _ => None,
            })
    }

    /// As it comes back.
    pub(super) fn answered(&self, kind: &Type) -> String {
        self.written(kind, false)
    }

    /// As it is given.
    pub(super) fn given(&self, kind: &Type) -> String {
        self.written(kind, true)
    }

    /// An enum is open: what is not known yet comes through.
    fn written(&self, kind: &Type, given: bool) -> String {
        let of = |kind: &Type| self.written(kind, given);
        match kind {
            Type::Text => "str".to_owned(),
            Type::Number => "float".to_owned(),
            Type::Integer => "int".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Anything if given => "object".to_owned(),
            Type::Anything => "Any".to_owned(),
            Type::Named(name) if given && self.is_structure(name) && !self.is_given(name) => {
                format!("Union[{name}, Mapping[str, Any]]")
            }
            Type::Named(name) if given && self.is_structure(name) && self.api.takes_others(name) => {
                format!("Union[{name}, Object]")
            }
            Type::Named(name) => name.clone(),
            Type::List(items) if given => format!("Sequence[{}]", of(items)),
            Type::List(items) => format!("List[{}]", of(items)),
            Type::Map(values) if given => format!("Mapping[str, {}]", of(values)),
            Type::Map(values) => format!("Dict[str, {}]", of(values)),
            Type::Enum(values) => {
                let values: Vec<_> = values.iter().map(|value| literal::text(value)).collect();
                format!("Union[Literal[{}], str]", values.join(", "))
            }
            Type::Union(members) => {
                let members: Vec<_> = members.iter().map(of).collect();
                format!("Union[{}]", members.join(", "))
            }
            Type::Nullable(inner) => format!("Optional[{}]", of(inner)),
        }
    }

    fn is_structure(&self, name: &str) -> bool {
        let shape = self.api.shape(name);
        matches!(shape, Some(Shape::Structure { .. }))
    }

    /// What makes the objects in an answer: a class, a list or a map of one. `None` where there are no objects.
    pub(super) fn shape(&self, kind: &Type) -> Option<String> {
        match kind {
            Type::Named(name) => match self.api.shape(name)? {
                Shape::Structure { .. } => Some(name.clone()),
                Shape::Alias(kind) => self.shape(kind),
            },
            Type::List(items) => Some(format!("[{}]", self.shape(items)?)),
            Type::Map(values) => Some(format!("{{\"\": {}}}", self.shape(values)?)),
            Type::Nullable(inner) => self.shape(inner),
            // Of several, nobody could tell which one it is.
            Type::Union(members) => match &members
                .iter()
                .filter_map(|kind| self.shape(kind))
                .collect::<Vec<_>>()[..]
            {
                [only] => Some(only.clone()),
                _ => None,
            },
            Type::Text | Type::Number | Type::Integer | Type::Boolean | Type::Anything | Type::Enum(_) => {
                None
            }
        }
    }
}
