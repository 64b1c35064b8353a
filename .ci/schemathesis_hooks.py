"""Checks of .ci/openapi.sh beyond Schemathesis's own."""

import schemathesis

# The refusals that a request may meet although it fits its schema: the status, the code, and the parameter.
CURSOR = [(400, "cursor_invalid", "starting_after"), (400, "cursor_invalid", "ending_before")]
TWO_CURSORS = (400, "parameter_invalid", "ending_before")
OWN_USERNAME = (400, "parameter_invalid", "username")
TAKEN = (409, "username_taken", "username")
REUSED = (422, "idempotency_key_reused", None)
FRACTION = (400, "parameter_invalid", "archived_at")


def gone(*params):
    return [(404, "resource_missing", param) for param in (None, *params)]


ALLOWED = {
    "listConversations": [*CURSOR, TWO_CURSORS],
    "listContacts": [*CURSOR, TWO_CURSORS],
    "createConversation": [*gone("contact_id", "group_id"), REUSED],
    "createContact": [*gone(), OWN_USERNAME, TAKEN, REUSED],
    "getConversation": gone(),
    "updateConversation": [*gone("pinned_message_id"), FRACTION],
    "deleteConversation": gone(),
    "getContact": gone(),
    "updateContact": gone(),
    "deleteContact": gone(),
}


@schemathesis.check
def valid_data_is_refused_only_for_a_reason(_, response, case):
    """Where schemathesis.toml lets valid data be refused, only these reasons count."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in (400, 404, 409, 422):
        return
    operation = case.operation.definition.raw["operationId"]
    error = response.json()
    refusal = (response.status_code, error["code"], error["param"])
    assert refusal in ALLOWED.get(operation, []), f"valid data was refused: {refusal}"
    if refusal == TWO_CURSORS:
        assert {"starting_after", "ending_before"} <= case.query.keys(), "there was one cursor only"
    if refusal == OWN_USERNAME:
        assert error["message"] == "username must not be your own.", error["message"]
    if refusal == FRACTION:
        assert isinstance(case.body["archived_at"], float), "it is written without a fraction"
    if refusal == REUSED:
        assert any(name.lower() == "idempotency-key" for name in case.headers), "there was no key"


@schemathesis.check
def answers_carry_one_request_id(_, response, case):
    """The request id of an error is the one in the header."""
    ids = response.headers.get("x-request-id", [])
    if response.status_code >= 400 and "request_id" in response.content.decode():
        assert ids == [response.json()["request_id"]], ids
