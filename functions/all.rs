//! All functions in one binary, for `cargo local` and the tests. `AWS_LAMBDA_FUNCTION_NAME` selects the function, as in
//! Lambda. Deployments use one binary per function.

/// Declares the modules, and the choice among them.
macro_rules! functions {
    ($($name:literal = $module:ident in $path:literal,)*) => {
        $(
            #[path = $path]
            mod $module;
        )*

        fn main() -> Result<(), lambda_http::Error> {
            let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
            match name.as_str() {
                $($name => $module::main(),)*
                _ => Err(format!("AWS_LAMBDA_FUNCTION_NAME is {name:?}, and no function has that name").into()),
            }
        }
    };
}

functions! {
    "attachments-create" = attachments_create in "attachments/create.rs",
    "attachments-delete" = attachments_delete in "attachments/delete.rs",
    "attachments-get" = attachments_get in "attachments/get.rs",
    "attachments-list" = attachments_list in "attachments/list.rs",
    "attachments-update" = attachments_update in "attachments/update.rs",
    "changes" = changes in "changes.rs",
    "contacts-create" = contacts_create in "contacts/create.rs",
    "contacts-delete" = contacts_delete in "contacts/delete.rs",
    "contacts-get" = contacts_get in "contacts/get.rs",
    "contacts-list" = contacts_list in "contacts/list.rs",
    "contacts-update" = contacts_update in "contacts/update.rs",
    "conversations-create" = conversations_create in "conversations/create.rs",
    "conversations-delete" = conversations_delete in "conversations/delete.rs",
    "conversations-get" = conversations_get in "conversations/get.rs",
    "conversations-list" = conversations_list in "conversations/list.rs",
    "conversations-read" = conversations_read in "conversations/read.rs",
    "conversations-update" = conversations_update in "conversations/update.rs",
    "docs" = docs in "docs.rs",
    "fallback" = fallback in "fallback.rs",
    "groups-create" = groups_create in "groups/create.rs",
    "groups-delete" = groups_delete in "groups/delete.rs",
    "groups-get" = groups_get in "groups/get.rs",
    "groups-leave" = groups_leave in "groups/leave.rs",
    "groups-list" = groups_list in "groups/list.rs",
    "groups-update" = groups_update in "groups/update.rs",
    "me-get" = me_get in "me/get.rs",
    "me-update" = me_update in "me/update.rs",
    "messages-create" = messages_create in "messages/create.rs",
    "messages-delete" = messages_delete in "messages/delete.rs",
    "messages-get" = messages_get in "messages/get.rs",
    "messages-list" = messages_list in "messages/list.rs",
    "messages-search" = messages_search in "messages/search.rs",
    "messages-update" = messages_update in "messages/update.rs",
    "playlists-get" = playlists_get in "playlists/get.rs",
    "playlists-list" = playlists_list in "playlists/list.rs",
    "playlists-search" = playlists_search in "playlists/search.rs",
    "reactions-add" = reactions_add in "reactions/add.rs",
    "reactions-remove" = reactions_remove in "reactions/remove.rs",
    "reconcile" = reconcile in "reconcile.rs",
    "sounds-download" = sounds_download in "sounds/download.rs",
    "sounds-get" = sounds_get in "sounds/get.rs",
    "sounds-list" = sounds_list in "sounds/list.rs",
    "sounds-search" = sounds_search in "sounds/search.rs",
    "sounds-similar" = sounds_similar in "sounds/similar.rs",
    "sounds-tags" = sounds_tags in "sounds/tags.rs",
    "themes-list" = themes_list in "themes/list.rs",
    "tokens-create" = tokens_create in "tokens/create.rs",
    "tokens-list" = tokens_list in "tokens/list.rs",
    "tokens-revoke" = tokens_revoke in "tokens/revoke.rs",
}
