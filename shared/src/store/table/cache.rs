//! A process-wide cache between requests.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One value of each type, for the life of the process. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Cache(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl Cache {
    /// The cached value of type `T`.
    pub(crate) fn get<T: Any + Clone>(&self) -> Option<T> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(&TypeId::of::<T>())?.downcast_ref().cloned()
    }

    /// Replaces the cached value of type `T`.
    pub(crate) fn set<T: Any + Send>(&self, value: T) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(TypeId::of::<T>(), Box::new(value));
    }
}
