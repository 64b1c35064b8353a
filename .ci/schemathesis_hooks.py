"""Checks of .ci/openapi.sh beyond Schemathesis's own, and data that it would not find by itself."""

import json
import os
import re
from urllib.parse import unquote

import requests
import schemathesis

# The refusals that a request may meet although it fits its schema: the status, the code, and the parameter.
CURSOR = [(400, "cursor_invalid", "starting_after"), (400, "cursor_invalid", "ending_before")]
TWO_CURSORS = (400, "parameter_invalid", "ending_before")
OWN_USERNAME = (400, "parameter_invalid", "username")
TAKEN = (409, "username_taken", "username")
GUESSED = (429, "too_many_attempts", "phone_number")
REUSED = (422, "idempotency_key_reused", None)
FRACTION = (400, "parameter_invalid", "archived_at")
FRACTION_OF_SIZE = (400, "parameter_invalid", "file_size")
REACTION = (400, "parameter_invalid", "name")
REACTIONS = (400, "parameter_invalid", "reactions")
ATTACHMENTS = (400, "parameter_invalid", "attachments")
# The same twice, or an upload of which nothing was stored.
AN_ATTACHMENT = (400, "parameter_invalid", "attachments[0]")
USED = (409, "attachment_used", "attachments[0]")
QUOTA = (403, "upload_quota", None)
FILE_NAME = (400, "parameter_invalid", "filename")
CONTACTS = (400, "parameter_invalid", "contacts")
# What is in a contact beside its id has no effect, but is a parameter: no string with NUL, no number but an integer.
IN_A_CONTACT = (400, "parameter_invalid", "contacts[0][]")
TIMES = (400, "parameter_invalid", "before")
DURATIONS = (400, "parameter_invalid", "max_duration_ms")
NOT_ALLOWED = (403, "not_allowed", None)

# Of the names and texts of which something must be seen. Which characters can be seen no pattern tells.
VISIBLE = ("name", "display_name", "message", "filename", "tag", "theme", "category")
# They count as letters, and show nothing.
FILLERS = "\u115f\u1160\u3164\uffa0"

# A reaction's name that is no emoji. Which characters make up one emoji no pattern tells.
WORD = re.compile(r"[a-z0-9_+-]{1,64}")


ID = {"$ref": "#/components/schemas/Id"}
# How a form writes null.
EMPTY = {"type": "string", "enum": [""]}
NULL = {"type": "null"}


def gone(*params):
    return [(404, "resource_missing", param) for param in (None, *params)]


# Beside what an id in the path names, and cursors.
ALLOWED = {
    "listMessages": gone("conversation_id")[1:],
    # Punctuation alone, and control characters.
    "searchMessages": [*gone("conversation_id")[1:], (400, "parameter_invalid", "query"), TIMES],
    # Without a letter or digit, and control characters; and the longest shorter than the shortest.
    "searchSounds": [(400, "parameter_invalid", "query"), DURATIONS],
    "searchPlaylists": [(400, "parameter_invalid", "query")],
    "createConversation": [*gone("contact_id", "group_id"), REUSED],
    "createContact": [*gone(), OWN_USERNAME, TAKEN, GUESSED, REUSED],
    "createMessage": [*gone("conversation_id", "attachments[0]"), ATTACHMENTS, AN_ATTACHMENT, USED, REUSED],
    "listAttachments": gone("conversation_id")[1:],
    "createAttachment": [*gone(), FILE_NAME, FRACTION_OF_SIZE, QUOTA, REUSED],
    "createGroup": [*gone("contacts[0]"), CONTACTS, IN_A_CONTACT, REUSED],
    "updateConversation": [*gone("pinned_message_id"), FRACTION],
    "markConversationRead": [*gone("message_id"), REUSED],
    "updateGroup": [*gone("contacts[0]"), CONTACTS, IN_A_CONTACT, FRACTION],
    "leaveGroup": [NOT_ALLOWED, REUSED],
    "updateAttachment": [FILE_NAME],
    "updateMessage": [*gone("attachments[0]"), ATTACHMENTS, AN_ATTACHMENT, USED, REACTIONS, NOT_ALLOWED],
    "deleteMessage": [NOT_ALLOWED],
    "addReaction": [REACTION],
    "removeReaction": [REACTION],
}
# Lists in which every id is a position.
WITHOUT_BAD_CURSORS = ["listSounds", "listPlaylists", "getPlaylist", "listThemes"]


def allowed(operation):
    """The refusals that valid data of an operation may meet."""
    name = operation.definition.raw["operationId"]
    refusals = list(ALLOWED.get(name, []))
    if "{id}" in operation.path:
        refusals += gone()
    if any(parameter.name == "starting_after" for parameter in operation.query):
        refusals += [TWO_CURSORS] + ([] if name in WITHOUT_BAD_CURSORS else CURSOR)
    return refusals


# Its deletes come last, and those of conversations before these: no message is left for them.
IN_NEED_OF_A_MESSAGE = ["deleteMessage", "removeReaction"]


@schemathesis.hook
def before_load_schema(_, contract):
    """Says in OpenAPI what the contract has in words and extensions, to stay plain for generators."""
    # Once more as it is, without what YAML's aliases share.
    contract.update(json.loads(json.dumps(contract)))
    for link in contract["components"]["links"].values():
        if "x-request-body" in link:
            link["requestBody"] = link.pop("x-request-body")
    for response in contract["components"]["responses"].values():
        if "x-codes" in response:
            with_codes(response["content"]["application/json"], response["x-codes"])
    schemas = contract["components"]["schemas"]
    # It takes any other file for one that is too large.
    del schemas["AttachmentFile"]["properties"]["file"]["maxLength"]
    for name, schema in schemas.items():
        if "x-pattern-properties" in schema:
            schema |= {"patternProperties": schema.pop("x-pattern-properties"), "additionalProperties": False}
        for keyword in ("properties", "patternProperties"):
            if name.endswith("Form") and keyword in schema:
                schema[keyword] = {key: in_a_form(value) for key, value in schema[keyword].items()}
        for value in schema.get("properties", {}).values():
            if "x-min-items" in value:
                value["minItems"] = value.pop("x-min-items")
        if "x-exactly-one-of" in schema:
            schemas[name] = with_one_of(schema, EMPTY if name.endswith("Form") else NULL)


def with_codes(content, codes):
    """Narrows the errors of a response to its codes."""
    error = {"$ref": "#/components/schemas/ApiError"}
    narrow = {"allOf": [error, {"properties": {"code": {"enum": codes}}}]}
    schemas = content["schema"].get("oneOf", [content["schema"]])
    schemas = [narrow if schema == error else schema for schema in schemas]
    content["schema"] = {"oneOf": schemas} if len(schemas) > 1 else schemas[0]


def in_a_form(schema):
    """The same with an empty value in place of null, and one value for an array of one."""
    if schema.get("type") == "array":
        return {"anyOf": [schema, schema["items"]]}
    if schema.get("$ref", "").endswith("OrNull"):
        return {"anyOf": [{"$ref": schema["$ref"].removesuffix("OrNull")}, EMPTY]}
    if "anyOf" in schema:
        return {"anyOf": [EMPTY if part == NULL else part for part in schema["anyOf"]]}
    return EMPTY if schema.get("type") == "null" else schema


def with_one_of(schema, null):
    """Of some ids exactly one is set: always all are there, or the others may be left out."""
    names = schema.pop("x-exactly-one-of")
    choices = [{name: ID if name == one else null for name in names} for one in names]
    if set(names) <= set(schema.get("required", [])):
        return schema | {"oneOf": [{"properties": choice} for choice in choices]}
    all_of = [(one, schema["properties"] | choice) for one, choice in zip(names, choices)]
    return {"oneOf": [schema | {"properties": properties, "required": [one]} for one, properties in all_of]}


def is_valid(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(_, case, __):
    """Puts a message that was just sent in place of a random one."""
    needs_one = case.operation.definition.raw["operationId"] in IN_NEED_OF_A_MESSAGE
    if not needs_one or not is_valid(case) or case.meta.phase.name.value == "stateful":
        return
    # What has been changed is compared with its schema once more, and a name is percent-encoded by now.
    if WORD.fullmatch(case.path_parameters.get("name", "heart")):
        case.path_parameters["id"] = new_message(case.operation.base_url)


def new_message(url):
    def create(what, body):
        token = {"authorization": f"Bearer {os.environ['TOKEN']}"}
        response = requests.post(f"{url}/v1/{what}", json=body, headers=token, timeout=20)
        response.raise_for_status()
        return response.json()["id"]

    contact = create("contacts", {"username": "SantaClaus", "phone_number": "+12025550125"})
    conversation = create("conversations", {"contact_id": contact})
    return create("messages", {"conversation_id": conversation, "message": "I just want them back."})


def reaction_names(case):
    """The names of reactions in a request: in its path, its JSON (one map or several) or its form."""
    if "name" in case.path_parameters:
        return [unquote(case.path_parameters["name"])]
    parameters = given(case)
    maps = parameters.get("reactions")
    maps = [maps] if isinstance(maps, dict) else maps or []
    in_form = [key.removeprefix("reactions[").removesuffix("][]") for key in parameters if key.startswith("reactions[")]
    return [name for lists in maps for name in lists] + in_form


def given(case):
    """The parameters of the body."""
    return case.body if isinstance(case.body, dict) else {}


def is_unseen(case, param):
    """Whether the parameter is a text in which nothing may be seen."""
    if param == "message" and not given(case).get(param, True):
        # Empty or null: that is valid beside an attachment only.
        return True
    text = given(case).get(param) or (case.query or {}).get(param)
    if param not in VISIBLE or not isinstance(text, str):
        return False
    return not any(char.isalnum() and char not in FILLERS for char in text)


def is_given_twice(case, name):
    """Whether a form has an array or a map, and an empty value in its place."""
    return name in given(case) and any(key.startswith(f"{name}[") for key in given(case))


def whichever(param):
    """The parameter at fault without telling which one of several reactions, attachments or contacts it was."""
    if param is None:
        return None
    param = re.sub(r"^reactions\[.*", "reactions", param)
    param = re.sub(r"^attachments\[\d+\]$", "attachments[0]", param)
    return re.sub(r"^contacts\[\d+\](\[.*)?", lambda found: "contacts[0][]" if found[1] else "contacts[0]", param)


def ensure_reason(refusal, error, case):
    """What the parameter alone does not tell."""
    message = error["message"]
    if refusal == TWO_CURSORS:
        assert {"starting_after", "ending_before"} <= case.query.keys(), "there was one cursor only"
    if refusal == DURATIONS:
        assert message == "max_duration_ms must not be less than min_duration_ms.", message
    if refusal == TIMES:
        assert message == "before must be later than after.", message
    if refusal == OWN_USERNAME:
        assert message == "username must not be your own.", message
    if refusal in (FRACTION, FRACTION_OF_SIZE):
        assert isinstance(case.body[refusal[2]], float), "it is written without a fraction"
    if refusal == REUSED:
        assert any(name.lower() == "idempotency-key" for name in case.headers), "there was no key"
    if refusal in (REACTION, REACTIONS) and not is_given_twice(case, "reactions"):
        is_full = "at most 20" in message or "at most 10" in message
        assert is_full or not all(map(WORD.fullmatch, reaction_names(case))), f"all names are words: {message}"
    for array, most, array_refusal in (("attachments", 30, ATTACHMENTS), ("contacts", 90, CONTACTS)):
        if refusal == array_refusal and not is_given_twice(case, array):
            lists = [values for key, values in given(case).items() if key.startswith(f"{array}[")]
            named = sum(len(values) if isinstance(values, list) else 1 for values in lists)
            assert named > most, message
    if refusal == FILE_NAME:
        name = case.body["filename"]
        assert name.strip() in (".", "..") or len(name.encode()) > 255, message
    if refusal == IN_A_CONTACT:
        assert "NUL" in message or "must be an integer" in message, message
    if refusal == NOT_ALLOWED and case.method == "POST":
        assert message == "The owner cannot leave a group, only delete it.", message
    if refusal == NOT_ALLOWED and case.method == "PUT":
        assert any(name.startswith(("message", "attachments")) for name in given(case)), "these are one's own reactions"


@schemathesis.check
def valid_data_is_refused_only_for_a_reason(_, response, case):
    """Valid data is refused for known reasons only."""
    if not is_valid(case) or response.status_code not in (400, 403, 404, 409, 422, 429):
        return
    error = response.json()
    refusal = (response.status_code, error["code"], whichever(error["param"]))
    if error["code"] == "parameter_invalid" and is_unseen(case, error["param"]):
        return
    name = case.operation.definition.raw["operationId"]
    hint = f"if that is right, add it to ALLOWED[{name!r}] in .ci/schemathesis_hooks.py"
    assert refusal in allowed(case.operation), f"valid data was refused: {refusal}; {hint}"
    ensure_reason(refusal, error, case)


@schemathesis.check
def answers_carry_one_request_id(_, response, case):
    """The request id of an error is the one in the header."""
    ids = response.headers.get("x-request-id", [])
    if response.status_code >= 400 and "request_id" in response.content.decode():
        assert ids == [response.json()["request_id"]], ids
