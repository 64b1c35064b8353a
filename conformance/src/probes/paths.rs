//! Paths that no route takes.

/// They are answered 404 with every method, by any gateway.
pub const UNKNOWN: [&str; 14] = [
    "/",
    "/v1",
    "/v1/",
    "/v2/conversations",
    "/conversations",
    "/v1/conversation",
    "/v1/Conversations",
    "/v1/conversations/",
    "/v1/conversations/0000000000000000/",
    "/v1/me/me",
    "/v1/tokens",
    "/v1/tokens-create",
    "/2015-03-31/functions/tokens-create/invocations",
    "/v1/nothing?limit=%zz",
];
