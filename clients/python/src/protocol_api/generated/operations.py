# Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.
"""All operations of the API, by their ids in its description."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Union

from ..core.operation import Operation
from .types import (
    Attachment,
    AttachmentRef,
    AttachmentWithUpload,
    Contact,
    ContactRef,
    Conversation,
    Download,
    Group,
    Message,
    Person,
    Playlist,
    PlaylistWithSounds,
    ReactionLists,
    SimilarSound,
    Sound,
    TagCount,
    Theme,
)

LIST_CONVERSATIONS: Operation[Conversation] = Operation(
    "listConversations",
    "GET",
    "/v1/conversations",
    query=("limit", "starting_after", "ending_before", "muted", "archived", "pinned", "group_id"),
    is_list=True,
    shape=Conversation,
)

CREATE_CONVERSATION: Operation[Conversation] = Operation(
    "createConversation",
    "POST",
    "/v1/conversations",
    query=(),
    is_list=False,
    shape=Conversation,
)

GET_CONVERSATION: Operation[Conversation] = Operation(
    "getConversation",
    "GET",
    "/v1/conversations/{id}",
    query=(),
    is_list=False,
    shape=Conversation,
)

UPDATE_CONVERSATION: Operation[Conversation] = Operation(
    "updateConversation",
    "PUT",
    "/v1/conversations/{id}",
    query=(),
    is_list=False,
    shape=Conversation,
)

DELETE_CONVERSATION: Operation[None] = Operation(
    "deleteConversation",
    "DELETE",
    "/v1/conversations/{id}",
    query=(),
    is_list=False,
    shape=None,
)

MARK_CONVERSATION_READ: Operation[Conversation] = Operation(
    "markConversationRead",
    "POST",
    "/v1/conversations/{id}/read",
    query=(),
    is_list=False,
    shape=Conversation,
)

LIST_MESSAGES: Operation[Message] = Operation(
    "listMessages",
    "GET",
    "/v1/messages",
    query=("conversation_id", "limit", "starting_after", "ending_before", "mark_read"),
    is_list=True,
    shape=Message,
)

CREATE_MESSAGE: Operation[Message] = Operation(
    "createMessage",
    "POST",
    "/v1/messages",
    query=(),
    is_list=False,
    shape=Message,
)

SEARCH_MESSAGES: Operation[Message] = Operation(
    "searchMessages",
    "GET",
    "/v1/messages/search",
    query=("query", "conversation_id", "contact_id", "after", "before", "limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Message,
)

GET_MESSAGE: Operation[Message] = Operation(
    "getMessage",
    "GET",
    "/v1/messages/{id}",
    query=(),
    is_list=False,
    shape=Message,
)

UPDATE_MESSAGE: Operation[Message] = Operation(
    "updateMessage",
    "PUT",
    "/v1/messages/{id}",
    query=(),
    is_list=False,
    shape=Message,
)

DELETE_MESSAGE: Operation[None] = Operation(
    "deleteMessage",
    "DELETE",
    "/v1/messages/{id}",
    query=(),
    is_list=False,
    shape=None,
)

ADD_REACTION: Operation[Message] = Operation(
    "addReaction",
    "PUT",
    "/v1/messages/{id}/reactions/{name}",
    query=(),
    is_list=False,
    shape=Message,
)

REMOVE_REACTION: Operation[None] = Operation(
    "removeReaction",
    "DELETE",
    "/v1/messages/{id}/reactions/{name}",
    query=(),
    is_list=False,
    shape=None,
)

LIST_ATTACHMENTS: Operation[Attachment] = Operation(
    "listAttachments",
    "GET",
    "/v1/attachments",
    query=("conversation_id", "limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Attachment,
)

CREATE_ATTACHMENT: Operation[AttachmentWithUpload] = Operation(
    "createAttachment",
    "POST",
    "/v1/attachments",
    query=(),
    is_list=False,
    shape=AttachmentWithUpload,
)

GET_ATTACHMENT: Operation[Attachment] = Operation(
    "getAttachment",
    "GET",
    "/v1/attachments/{id}",
    query=(),
    is_list=False,
    shape=Attachment,
)

UPDATE_ATTACHMENT: Operation[Attachment] = Operation(
    "updateAttachment",
    "PUT",
    "/v1/attachments/{id}",
    query=(),
    is_list=False,
    shape=Attachment,
)

DELETE_ATTACHMENT: Operation[None] = Operation(
    "deleteAttachment",
    "DELETE",
    "/v1/attachments/{id}",
    query=(),
    is_list=False,
    shape=None,
)

LIST_CONTACTS: Operation[Contact] = Operation(
    "listContacts",
    "GET",
    "/v1/contacts",
    query=("limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Contact,
)

CREATE_CONTACT: Operation[Contact] = Operation(
    "createContact",
    "POST",
    "/v1/contacts",
    query=(),
    is_list=False,
    shape=Contact,
)

GET_CONTACT: Operation[Contact] = Operation(
    "getContact",
    "GET",
    "/v1/contacts/{id}",
    query=(),
    is_list=False,
    shape=Contact,
)

UPDATE_CONTACT: Operation[Contact] = Operation(
    "updateContact",
    "PUT",
    "/v1/contacts/{id}",
    query=(),
    is_list=False,
    shape=Contact,
)

DELETE_CONTACT: Operation[None] = Operation(
    "deleteContact",
    "DELETE",
    "/v1/contacts/{id}",
    query=(),
    is_list=False,
    shape=None,
)

LIST_GROUPS: Operation[Group] = Operation(
    "listGroups",
    "GET",
    "/v1/groups",
    query=("limit", "starting_after", "ending_before", "archived"),
    is_list=True,
    shape=Group,
)

CREATE_GROUP: Operation[Group] = Operation(
    "createGroup",
    "POST",
    "/v1/groups",
    query=(),
    is_list=False,
    shape=Group,
)

GET_GROUP: Operation[Group] = Operation(
    "getGroup",
    "GET",
    "/v1/groups/{id}",
    query=(),
    is_list=False,
    shape=Group,
)

UPDATE_GROUP: Operation[Group] = Operation(
    "updateGroup",
    "PUT",
    "/v1/groups/{id}",
    query=(),
    is_list=False,
    shape=Group,
)

DELETE_GROUP: Operation[None] = Operation(
    "deleteGroup",
    "DELETE",
    "/v1/groups/{id}",
    query=(),
    is_list=False,
    shape=None,
)

LEAVE_GROUP: Operation[None] = Operation(
    "leaveGroup",
    "POST",
    "/v1/groups/{id}/leave",
    query=(),
    is_list=False,
    shape=None,
)

GET_ME: Operation[Person] = Operation(
    "getMe",
    "GET",
    "/v1/me",
    query=(),
    is_list=False,
    shape=Person,
)

UPDATE_ME: Operation[Person] = Operation(
    "updateMe",
    "PUT",
    "/v1/me",
    query=(),
    is_list=False,
    shape=Person,
)

LIST_SOUNDS: Operation[Sound] = Operation(
    "listSounds",
    "GET",
    "/v1/sounds",
    query=("tag", "theme", "category", "limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Sound,
)

SEARCH_SOUNDS: Operation[Sound] = Operation(
    "searchSounds",
    "GET",
    "/v1/sounds/search",
    query=("query", "tag", "theme", "category", "min_duration_ms", "max_duration_ms", "limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Sound,
)

LIST_SOUND_TAGS: Operation[TagCount] = Operation(
    "listSoundTags",
    "GET",
    "/v1/sounds/tags",
    query=("limit", "starting_after", "ending_before"),
    is_list=True,
    shape=TagCount,
)

GET_SOUND: Operation[Sound] = Operation(
    "getSound",
    "GET",
    "/v1/sounds/{id}",
    query=(),
    is_list=False,
    shape=Sound,
)

LIST_SIMILAR_SOUNDS: Operation[SimilarSound] = Operation(
    "listSimilarSounds",
    "GET",
    "/v1/sounds/{id}/similar",
    query=("limit", "starting_after", "ending_before"),
    is_list=True,
    shape=SimilarSound,
)

DOWNLOAD_SOUND: Operation[Download] = Operation(
    "downloadSound",
    "GET",
    "/v1/sounds/{id}/download",
    query=(),
    is_list=False,
    shape=Download,
)

LIST_PLAYLISTS: Operation[Playlist] = Operation(
    "listPlaylists",
    "GET",
    "/v1/playlists",
    query=("limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Playlist,
)

SEARCH_PLAYLISTS: Operation[Playlist] = Operation(
    "searchPlaylists",
    "GET",
    "/v1/playlists/search",
    query=("query", "limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Playlist,
)

GET_PLAYLIST: Operation[Sound] = Operation(
    "getPlaylist",
    "GET",
    "/v1/playlists/{id}",
    query=("limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Sound,
)

LIST_THEMES: Operation[Theme] = Operation(
    "listThemes",
    "GET",
    "/v1/themes",
    query=("limit", "starting_after", "ending_before"),
    is_list=True,
    shape=Theme,
)
