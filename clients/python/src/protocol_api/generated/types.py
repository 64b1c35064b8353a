# Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.
"""What calls answer with, and the objects that they take."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, TypedDict, Union

from ..core.objects import Object
from ..core.pages import AsyncPage, Page

__all__ = [
    "Conversation",
    "Message",
    "Reaction",
    "Attachment",
    "AttachmentWithUpload",
    "Upload",
    "Contact",
    "Person",
    "Group",
    "Sound",
    "SimilarSound",
    "TagCount",
    "Download",
    "Playlist",
    "PlaylistWithSounds",
    "AsyncPlaylistWithSounds",
    "Theme",
    "ReactionLists",
    "AttachmentRef",
    "ContactRef",
    "ErrorCode",
]


class Conversation(Object):
    """A conversation as the caller sees it. Exactly one of `contact_id` and `group_id` is set."""

    id: str
    """Unique."""
    contact_id: Optional[str]
    """The other person of a one-to-one conversation."""
    group_id: Optional[str]
    """The group whose conversation it is."""
    pinned_message_id: Optional[str]
    """The pinned message, the same for all participants. Null while there is none."""
    is_pinned: bool
    """Whether the caller pinned it."""
    is_muted: bool
    """Whether the caller muted it."""
    last_active_at: Optional[int]
    """When the newest message was sent, the same for all participants. It never goes back, also when that message is
    deleted. Null while there was none.
    """
    last_opened_at: Optional[int]
    """When the caller last opened it. Null while that has not happened."""
    created_at: int
    """When it was created, the same for all participants."""
    archived_at: Optional[int]
    """Since when the caller has it in the archive. Null while it is not there."""
    unread_count: int
    """How many messages of others, after the last one that the caller marked read, still exist."""


class Message(Object):
    """A message, the same for all participants."""

    id: str
    """Unique. Within a conversation ids are in the order of sending."""
    conversation_id: str
    """The conversation that it was sent to."""
    contact: Person
    """Who sent it, as they are now."""
    message: str
    """What it says. Empty only where it has an attachment."""
    reactions: List[Reaction]
    """How people reacted, in the order in which the names were first used."""
    attachments: List[Attachment]
    """What goes with it, in the order in which the sender gave it."""
    read_at: Optional[int]
    """When somebody other than the sender first opened the conversation up to it; in a group, any other member. Null
    while that has not happened; once set it never changes.
    """
    created_at: int
    """When it was sent."""
    updated_at: Optional[int]
    """When the sender last changed its text or attachments. Null if never; reactions do not count."""


class Attachment(Object):
    """A file, the same for all who see it but for its links."""

    id: str
    """Unique."""
    message_id: Optional[str]
    """The message that it was sent with. Null until then."""
    filename: str
    """What it is called. Of a sound, by its title."""
    file_url: str
    """The file, to be saved under this name. Until its bytes are stored, the link leads to nothing."""
    file_type: str
    """The media type that its bytes show, wherever they tell. Until the file is looked at, and where they do not tell,
    the one that was announced, or `application/octet-stream`.
    """
    file_size: int
    """Its size in bytes."""
    width: Optional[int]
    """Of an image, in pixels. Null where it is none, is not yet looked at, or does not tell."""
    height: Optional[int]
    """As `width`."""
    preview_url: Optional[str]
    """The same file, to be shown inline; of a sound, a short version of it. Null where it is no image, audio or video
    by its bytes, or is not yet looked at.
    """
    sound_id: Optional[str]
    """The sound of the catalogue that it is. Null where it is none."""
    expires_at: int
    """Until when the links are valid."""
    created_at: int
    """When it was uploaded, forwarded, or taken from the catalogue."""


class AttachmentWithUpload(Attachment):
    """A file, and how to send it to the storage."""

    upload: Optional[Upload]
    """How to send the file to the storage. Null where that is done."""


class Upload(Object):
    """A request that sends a file to the storage, once. Its body is the file. It needs no token."""

    method: Union[Literal["PUT"], str]
    """The method."""
    url: str
    """The address."""
    headers: Dict[str, str]
    """The headers: `content-type`, `content-length` and `if-none-match`, exactly so. Browsers set `content-length`
    themselves.
    """
    expires_at: int
    """Until when it can be sent."""


class Contact(Object):
    """A person as an entry of the caller's address book."""

    id: str
    """The id of the person."""
    username: str
    """The person's username."""
    phone_number: Optional[str]
    """The person's phone number, as the person wrote it."""
    avatar_url: Optional[str]
    """The person's picture."""
    display_name: Optional[str]
    """What the caller calls the person."""
    conversation_id: Optional[str]
    """The conversation of the two. Null while there is none."""
    last_active_at: Optional[int]
    """When the person last sent a message, up to some seconds late. Null while that has not happened."""
    created_at: int
    """When the person was created, not when the contact was added."""


class Person(Object):
    """Somebody in this deployment."""

    id: str
    """Unique, and the id of every contact entry for this person."""
    username: str
    """Never changes."""
    phone_number: Optional[str]
    """Null where the person was created without one, or cleared it."""
    avatar_url: Optional[str]
    """A picture."""
    last_active_at: Optional[int]
    """When the person last sent a message, up to some seconds late. Null while that has not happened."""
    created_at: int
    """When the person was created."""


class Group(Object):
    """A group, the same for all members."""

    id: str
    """Unique."""
    name: str
    """What it is called."""
    description: Optional[str]
    """What it is about."""
    avatar_url: Optional[str]
    """A picture."""
    conversation_id: Optional[str]
    """The conversation of its members. Null while there is none."""
    contacts: List[Person]
    """The members, as they are now. First the owner, then the others in the order in which they joined."""
    created_at: int
    """When it was created."""
    archived_at: Optional[int]
    """Since when its owner has it in the archive. Null while it is not there."""


class Sound(Object):
    """A sound, the same for all callers but for its link."""

    id: str
    """Unique, and the same in every version of the catalogue."""
    title: str
    """What it is called."""
    description: Optional[str]
    """What can be heard."""
    category: Optional[str]
    """The one category that it belongs to."""
    tags: List[str]
    """What it is tagged with."""
    themes: List[str]
    """The names of the themes that it belongs to."""
    duration_ms: int
    """How long it is, in milliseconds."""
    sample_rate: int
    """Samples a second."""
    channels: int
    """How many channels it has: 1 is mono, 2 is stereo."""
    file_type: str
    """The media type of the original file."""
    file_size: int
    """The size of the original file, in bytes."""
    preview_url: str
    """A short version to listen to. Signed anew in every answer, and valid for an hour."""
    waveform: List[float]
    """The loudest moment of each hundredth of the sound, from 0, silence, to 1, full scale."""
    created_at: int
    """When it was first imported."""


class SimilarSound(Sound):
    """A sound that is like another one."""

    similarity: float
    """How much it is like the other one, from 0 to 1, which is the same."""


class TagCount(Object):
    """A tag, and how often it is used."""

    name: str
    """What it is called."""
    count: int
    """How many sounds have it."""


class Download(Object):
    """A link to the original file of a sound."""

    url: str
    """The link. Whoever has it can download the file, without a token."""
    expires_at: int
    """Until when it is valid: an hour from the answer."""


class Playlist(Object):
    """Some sounds that belong together."""

    id: str
    """Unique, and the same in every version of the catalogue."""
    name: str
    """What it is called."""
    description: Optional[str]
    """What it is about."""
    theme: Optional[str]
    """The name of the theme that it belongs to."""
    sound_count: int
    """How many sounds are in it."""
    created_at: int
    """When it was first imported."""


class PlaylistWithSounds(Page[Sound]):
    """A playlist with a page of its sounds, newest first."""

    id: str
    """Unique, and the same in every version of the catalogue."""
    name: str
    """What it is called."""
    description: Optional[str]
    """What it is about."""
    theme: Optional[str]
    """The name of the theme that it belongs to."""
    sound_count: int
    """How many sounds are in it."""
    created_at: int
    """When it was first imported."""


class AsyncPlaylistWithSounds(AsyncPage[Sound]):
    """The same of the asynchronous client."""

    id: str
    """Unique, and the same in every version of the catalogue."""
    name: str
    """What it is called."""
    description: Optional[str]
    """What it is about."""
    theme: Optional[str]
    """The name of the theme that it belongs to."""
    sound_count: int
    """How many sounds are in it."""
    created_at: int
    """When it was first imported."""


class Theme(Object):
    """A subject of sounds and playlists."""

    id: str
    """Unique, and the same in every version of the catalogue."""
    name: str
    """What it is called."""
    playlist_count: int
    """How many playlists it has."""
    sound_count: int
    """How many sounds it has."""


class AttachmentRef(TypedDict, total=False):
    """A file or a sound. Exactly one of the three is given; the others are left out or null."""

    id: Optional[str]
    """An upload of the caller's that has not been sent; in an update, also one that is in the message."""
    forward_id: Optional[str]
    """An attachment that the caller sees, to be sent once more."""
    sound_id: Optional[str]
    """A sound of the catalogue."""


class _ContactRefRequired(TypedDict):
    id: str
    """16 characters that sort, as ASCII, by creation."""


class ContactRef(_ContactRefRequired, total=False):
    """Somebody, by their id. It may be a contact as the API shows it, so that what was read can be sent back; all but
    its `id` has no effect.
    """

    username: object
    """Whatever it is, it has no effect."""
    phone_number: object
    """Whatever it is, it has no effect."""
    avatar_url: object
    """Whatever it is, it has no effect."""
    display_name: object
    """Whatever it is, it has no effect."""
    conversation_id: object
    """Whatever it is, it has no effect."""
    last_active_at: object
    """Whatever it is, it has no effect."""
    created_at: object
    """Whatever it is, it has no effect."""


Reaction = Dict[str, List[str]]
"""The name of a reaction, and the usernames of those who reacted so, in the order in which they did."""


ReactionLists = Mapping[str, Sequence[str]]
"""Usernames by the name of the reaction. Those of others have no effect."""


ErrorCode = Union[Literal["attachment_used", "body_malformed", "body_too_large", "content_type_unsupported", "cursor_invalid", "idempotency_key_in_use", "idempotency_key_reused", "internal_error", "method_not_allowed", "not_allowed", "parameter_invalid", "parameter_missing", "parameter_unknown", "resource_missing", "route_missing", "service_unavailable", "token_expired", "token_invalid", "token_missing", "too_many_attempts", "upload_quota", "username_taken"], str]
"""What is wrong, for programs. Stable."""


# Classes may be declared before those that their attributes have.
Message._shapes = {"contact": Person, "attachments": [Attachment]}
AttachmentWithUpload._shapes = {"upload": Upload}
Group._shapes = {"contacts": [Person]}
