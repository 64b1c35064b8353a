# Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.
"""The resources of the asynchronous API client, each with its methods."""

from __future__ import annotations

from typing import Any, List, Literal, Mapping, Optional, Sequence, Union

from ..core.not_given import NOT_GIVEN, NotGiven
from ..core.objects import Object
from ..core.options import Options
from ..core.pages import AsyncList, AsyncPage
from ..core.resource import Core, AsyncResource
from . import operations
from .types import (
    AsyncPlaylistWithSounds,
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
    ReactionLists,
    SimilarSound,
    Sound,
    TagCount,
    Theme,
)


class AsyncConversations(AsyncResource):
    """A conversation is shared by its participants, two people or the members of a group, and each sees it from their
    own side. `contact_id` is the *other* person, or `group_id` the group. `is_pinned`, `is_muted`, `archived_at`,
    `last_opened_at` and `unread_count` are the caller's own; `pinned_message_id`, `last_active_at` and `created_at`
    are the same for all.
    """

    def list(
        self,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        muted: Union[bool, NotGiven] = NOT_GIVEN,
        archived: Union[bool, NotGiven] = NOT_GIVEN,
        pinned: Union[bool, NotGiven] = NOT_GIVEN,
        group_id: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Conversation, AsyncPage[Conversation]]:
        """List conversations.

        The caller's conversations, most recently active first. A new one counts from its creation; pins do not
        reorder, and a new message does not unarchive. A conversation just made or moved shows in its new place
        within about a second; a deleted one never shows.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows this position: a conversation's id, or the `next_cursor` of a page.
                Not together with `ending_before`.
            ending_before: Only what precedes this position: a conversation's id, or the `next_cursor` of a page.
                Not together with `starting_after`.
            muted: `true`: only those that the caller muted; `false`: only the others.
            archived: `true`: only those in the caller's archive; `false`: only the others.
            pinned: `true`: only those that the caller pinned; `false`: only the others.
            group_id: Only the conversation of this group. Where the caller is in no such group, the page is empty.
        """
        return self._list(
            AsyncPage[Conversation],
            operations.LIST_CONVERSATIONS,
            (),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before, "muted": muted, "archived": archived, "pinned": pinned, "group_id": group_id},
            Options(timeout, max_retries),
            extra_params,
        )

    async def create(
        self,
        /,
        *,
        contact_id: Union[Optional[str], NotGiven] = NOT_GIVEN,
        group_id: Union[Optional[str], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Conversation:
        """Create a conversation.

        The conversation with a contact, or of a group: the one that exists, or a new one. There is one for each pair
        of people and for each group, however many callers race: 201 for the one that made it, 200 with the same id
        for the rest.

        Args:
            contact_id: One of the caller's contacts; a 404 otherwise.
            group_id: A group that the caller is in; a 404 otherwise.
        """
        return await self._call(
            operations.CREATE_CONVERSATION,
            (),
            {"contact_id": contact_id, "group_id": group_id},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )

    async def get(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Conversation:
        """Retrieve a conversation.

        One of the caller's conversations, as the caller sees it. Reading it marks nothing as read.
        """
        return await self._call(
            operations.GET_CONVERSATION,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def update(
        self,
        id: str,
        /,
        *,
        pinned_message_id: Union[Optional[str], NotGiven] = NOT_GIVEN,
        is_pinned: Union[bool, NotGiven] = NOT_GIVEN,
        is_muted: Union[bool, NotGiven] = NOT_GIVEN,
        archived_at: Union[Optional[int], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Conversation:
        """Update a conversation.

        Changes the caller's side of a conversation, and the pinned message for all participants. A pinned message
        must be one of this conversation's; any other is a 404 whose `param` is `pinned_message_id`, and nothing is
        changed.

        Args:
            pinned_message_id: One of this conversation's messages, pinned for all participants. Null unpins.
            is_pinned: Pinned for the caller.
            is_muted: Muted for the caller.
            archived_at: In the caller's archive since then. Null takes it out.
        """
        return await self._call(
            operations.UPDATE_CONVERSATION,
            (id,),
            {"pinned_message_id": pinned_message_id, "is_pinned": is_pinned, "is_muted": is_muted, "archived_at": archived_at},
            Options(timeout, max_retries),
            extra_params,
        )

    async def delete(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Delete a conversation.

        Permanent, for all participants, with all that is in it. Either person of a one-to-one conversation may do
        it; of a group only its owner, and the other members get a 403. From the 204 on nothing of it can be read or
        written, and a new one can be created. The contacts or the group stay; their `conversation_id` is null until
        then.
        """
        return await self._call(
            operations.DELETE_CONVERSATION,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def mark_read(
        self,
        id: str,
        /,
        *,
        message_id: Union[Optional[str], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Conversation:
        """Mark a conversation as read.

        Opens a conversation: sets the caller's `last_opened_at`, and marks what others sent as read, up to a
        message, or without `message_id` up to the newest one. What was marked stays so: an earlier message takes
        nothing back. Answers with the conversation, and always with 200, for nothing is created.

        Args:
            message_id: One of the conversation's messages. The newest one where it is left out or null.
        """
        return await self._call(
            operations.MARK_CONVERSATION_READ,
            (id,),
            {"message_id": message_id},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )


class AsyncMessages(AsyncResource):
    """What people wrote in a conversation, and their reactions to it."""

    def list(
        self,
        /,
        *,
        conversation_id: Union[str, NotGiven] = NOT_GIVEN,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        mark_read: Union[bool, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Message, AsyncPage[Message]]:
        """List messages.

        The messages of a conversation, newest first; without `conversation_id` those of all the caller's
        conversations, merged by id. A page ends early at 4 MB of JSON: it is not full then, and `has_more` is true.

        Args:
            conversation_id: Only the messages of this conversation. One that the caller is not in is a 404.
            limit: How many items a page has at most.
            starting_after: Only what follows this position: a message's id, or the `next_cursor` of a page of the
                same list. Not together with `ending_before`.
            ending_before: Only what precedes this position, the messages nearest to it: a message's id, or the
                `next_cursor` of a page of the same list. Not together with `starting_after`.
            mark_read: `false`: the conversation is not opened by this. Without effect on pages that open nothing.
        """
        return self._list(
            AsyncPage[Message],
            operations.LIST_MESSAGES,
            (),
            {"conversation_id": conversation_id, "limit": limit, "starting_after": starting_after, "ending_before": ending_before, "mark_read": mark_read},
            Options(timeout, max_retries),
            extra_params,
        )

    async def create(
        self,
        /,
        *,
        conversation_id: str,
        message: Optional[str],
        attachments: Union[Optional[Sequence[Union[str, AttachmentRef]]], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Message:
        """Send a message.

        Sends a message to one of the caller's conversations, which becomes the most recently active one of all its
        participants. It marks nothing as read, and takes the conversation out of nobody's archive.

        Args:
            conversation_id: One of the caller's conversations; a 404 otherwise.
            message: The text. Empty or null only with an attachment.
            attachments: What goes with it. Null means nothing.
        """
        return await self._call(
            operations.CREATE_MESSAGE,
            (),
            {"conversation_id": conversation_id, "message": message, "attachments": attachments},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )

    send = create
    """The same as `create`."""

    def search(
        self,
        /,
        *,
        query: str,
        conversation_id: Union[str, NotGiven] = NOT_GIVEN,
        contact_id: Union[str, NotGiven] = NOT_GIVEN,
        after: Union[int, NotGiven] = NOT_GIVEN,
        before: Union[int, NotGiven] = NOT_GIVEN,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Message, AsyncPage[Message]]:
        """Search messages.

        The messages in which every piece of `query` is, newest first: of a conversation; without `conversation_id`
        of all the caller's conversations, archived ones too. `contact_id`, `after` and `before` narrow it, and a
        search of an old year reads only that year. It opens nothing and marks nothing as read. What was sent,
        changed or deleted counts from the moment of the answer to it; in the search of all conversations, what
        somebody else has just sent may show a second later.

        Args:
            query: What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol such
                as an emoji.
            conversation_id: Only the messages of this conversation. One that the caller is not in is a 404.
            contact_id: Only what this person has sent; the caller's own id is one as well.
            after: Only what was sent at this time or later.
            before: Only what was sent before this time. Later than `after`.
            limit: How many items a page has at most.
            starting_after: Only what follows this position: a message's id, or the `next_cursor` of a page of the
                same search. Not together with `ending_before`.
            ending_before: Only what precedes this position, the messages nearest to it: a message's id, or the
                `next_cursor` of a page of the same search. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[Message],
            operations.SEARCH_MESSAGES,
            (),
            {"query": query, "conversation_id": conversation_id, "contact_id": contact_id, "after": after, "before": before, "limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    async def get(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Message:
        """Retrieve a message.

        A message of one of the caller's conversations. Reading it marks nothing as read.
        """
        return await self._call(
            operations.GET_MESSAGE,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def update(
        self,
        id: str,
        /,
        *,
        message: Union[Optional[str], NotGiven] = NOT_GIVEN,
        reactions: Union[Optional[Union[Sequence[ReactionLists], ReactionLists]], NotGiven] = NOT_GIVEN,
        attachments: Union[Optional[Sequence[Union[str, AttachmentRef]]], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Message:
        """Update a message.

        The sender changes the text and the attachments. Anybody else who gives one of these gets a 403, and nothing
        is changed.

        Args:
            message: A new text. Only the sender may give it. Empty or null only where an attachment is left.
            reactions: As in the message, or one map. The caller ends up with exactly the reactions whose lists hold
                the caller's username. Null or empty takes all of the caller's back.
            attachments: What goes with it from now on, in this order. Only the sender may give it. Null means
                nothing.
        """
        return await self._call(
            operations.UPDATE_MESSAGE,
            (id,),
            {"message": message, "reactions": reactions, "attachments": attachments},
            Options(timeout, max_retries),
            extra_params,
        )

    async def delete(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Delete a message.

        Permanent, for all participants, with its reactions and attachments. The sender may do it, and in a group its
        owner; anybody else in the conversation gets a 403. Where it is pinned, it is unpinned; who has not read it
        has one message less to read.
        """
        return await self._call(
            operations.DELETE_MESSAGE,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def add_reaction(
        self,
        id: str,
        name: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Message:
        """React to a message.

        Adds the caller's reaction of this name; one that is there stays where it is. A message has at most 20
        different names, of which one person has at most 10; one more is a 400 whose `param` is `name`.
        """
        return await self._call(
            operations.ADD_REACTION,
            (id, name),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def remove_reaction(
        self,
        id: str,
        name: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Take a reaction back.

        Removes the caller's reaction of this name. Also a 204 where there was none.
        """
        return await self._call(
            operations.REMOVE_REACTION,
            (id, name),
            {},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncAttachments(AsyncResource):
    """The files of messages. A file is uploaded, and then sent with a message. Until then only its uploader sees it;
    from then on everybody in the conversation does, and it goes with the message. A message can also forward a file
    that the caller sees, or bring a sound of the catalogue; each is a new attachment, without an upload.
    """

    def list(
        self,
        /,
        *,
        conversation_id: Union[str, NotGiven] = NOT_GIVEN,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Attachment, AsyncPage[Attachment]]:
        """List attachments.

        What the caller has uploaded, sent or not, newest first; neither what they forwarded nor sounds. With
        `conversation_id` all that was sent in that conversation, by anybody and in whatever way. What has just been
        sent or deleted in a conversation shows within about a second.

        Args:
            conversation_id: Only what was sent in this conversation. One that the caller is not in is a 404.
            limit: How many items a page has at most.
            starting_after: Only what follows the attachment of this id. Not together with `ending_before`.
            ending_before: Only what precedes the attachment of this id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[Attachment],
            operations.LIST_ATTACHMENTS,
            (),
            {"conversation_id": conversation_id, "limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    async def create(
        self,
        /,
        *,
        filename: str,
        file_type: Union[Optional[str], NotGiven] = NOT_GIVEN,
        file_size: int,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AttachmentWithUpload:
        """Upload a file.

        A file of up to 4 MiB in this one call; a larger one is announced here, and sent to the storage then.

        Args:
            filename: What it is called.
            file_type: Its media type, in any case. Parameters are left out. Left out or null, it is
                `application/octet-stream`.
            file_size: Its size in bytes. Neither more nor less can be sent.
        """
        return await self._call(
            operations.CREATE_ATTACHMENT,
            (),
            {"filename": filename, "file_type": file_type, "file_size": file_size},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )

    async def get(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Attachment:
        """Retrieve an attachment.

        An upload of the caller's, or an attachment of a message that the caller can see.
        """
        return await self._call(
            operations.GET_ATTACHMENT,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def update(
        self,
        id: str,
        /,
        *,
        filename: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Attachment:
        """Rename an attachment.

        Only its uploader may do it; anybody else who sees it gets a 403. Of one that was sent it changes the
        message: its `updated_at` is set.

        Args:
            filename: A new name.
        """
        return await self._call(
            operations.UPDATE_ATTACHMENT,
            (id,),
            {"filename": filename},
            Options(timeout, max_retries),
            extra_params,
        )

    async def delete(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Delete an attachment.

        Only its uploader may do it; anybody else who sees it gets a 403. One that was sent is taken out of its
        message, whose `updated_at` is set. Where neither text nor another attachment would be left, it is a 400
        without `param`, and nothing is changed: delete the message. What was forwarded from it stays.
        """
        return await self._call(
            operations.DELETE_ATTACHMENT,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncContacts(AsyncResource):
    """The caller's address book. A contact's id is the id of the person, the same as `contact_id` of a conversation.
    Adding a contact is one-sided: the person's own address book stays as it is.
    """

    def list(
        self,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Contact, AsyncPage[Contact]]:
        """List contacts.

        The caller's contacts, ordered by id: the newest *person* first, whenever the contact was added.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows the person of this id. Not together with `ending_before`.
            ending_before: Only what precedes the person of this id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[Contact],
            operations.LIST_CONTACTS,
            (),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    async def create(
        self,
        /,
        *,
        username: str,
        phone_number: str,
        avatar_url: Union[Optional[str], NotGiven] = NOT_GIVEN,
        display_name: Union[Optional[str], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Contact:
        """Add a contact.

        Adds a person to the caller's contacts, and creates the conversation of the two with it where there is none.

        Args:
            username: Finds the person, without regard to case, or names a new one.
            phone_number: Must be the person's, where the person exists.
            avatar_url: The picture of a new person; without effect on one that exists.
            display_name: What the caller calls the person.
        """
        return await self._call(
            operations.CREATE_CONTACT,
            (),
            {"username": username, "phone_number": phone_number, "avatar_url": avatar_url, "display_name": display_name},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )

    async def get(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Contact:
        """Retrieve a contact.

        One of the caller's contacts.
        """
        return await self._call(
            operations.GET_CONTACT,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def update(
        self,
        id: str,
        /,
        *,
        display_name: Union[Optional[str], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Contact:
        """Update a contact.

        Changes what the caller calls the contact. Everything else belongs to the person, who changes it with `PUT
        /v1/me`.

        Args:
            display_name: What the caller calls the person. Null clears it.
        """
        return await self._call(
            operations.UPDATE_CONTACT,
            (id,),
            {"display_name": display_name},
            Options(timeout, max_retries),
            extra_params,
        )

    async def delete(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Delete a contact.

        Removes the contact from the caller's address book, and deletes the conversation of the two, for both of
        them. The person stays.
        """
        return await self._call(
            operations.DELETE_CONTACT,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncGroups(AsyncResource):
    """Up to 90 people with a name and one conversation. Whoever creates a group owns it and is a member; the owner
    stays the same. Only the owner changes and deletes it, and says who is in it; the others can leave. To everybody
    else it does not exist: a 404.
    """

    def list(
        self,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        archived: Union[bool, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Group, AsyncPage[Group]]:
        """List groups.

        The groups that the caller is in, newest first, each with all its members. A page ends early at 4 MB of JSON:
        it is not full then, and `has_more` is true.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows the group of this id. Not together with `ending_before`.
            ending_before: Only what precedes the group of this id. Not together with `starting_after`.
            archived: `true`: only those that their owners have in the archive; `false`: only the others.
        """
        return self._list(
            AsyncPage[Group],
            operations.LIST_GROUPS,
            (),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before, "archived": archived},
            Options(timeout, max_retries),
            extra_params,
        )

    async def create(
        self,
        /,
        *,
        name: str,
        description: Union[Optional[str], NotGiven] = NOT_GIVEN,
        avatar_url: Union[Optional[str], NotGiven] = NOT_GIVEN,
        contacts: Union[Optional[Sequence[Union[str, Union[ContactRef, Object]]]], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Group:
        """Create a group.

        Creates a group of the caller, who owns it and is a member, and of `contacts`, with its conversation. Each of
        `contacts` is one of the caller's contacts; any other is a 404 whose `param` is its place, such as
        `contacts[2]`, and nothing is created. The caller need not be named and somebody named twice counts once.
        More than 90 members, the caller included, are a 400 whose `param` is `contacts`.

        Args:
            name: What it is called.
            description: What it is about.
            avatar_url: A picture.
            contacts: Who is in it beside the caller. Contacts of the caller. Null means nobody.
        """
        return await self._call(
            operations.CREATE_GROUP,
            (),
            {"name": name, "description": description, "avatar_url": avatar_url, "contacts": contacts},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )

    async def get(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Group:
        """Retrieve a group.

        One of the groups that the caller is in.
        """
        return await self._call(
            operations.GET_GROUP,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def update(
        self,
        id: str,
        /,
        *,
        name: Union[str, NotGiven] = NOT_GIVEN,
        description: Union[Optional[str], NotGiven] = NOT_GIVEN,
        avatar_url: Union[Optional[str], NotGiven] = NOT_GIVEN,
        contacts: Union[Optional[Sequence[Union[str, Union[ContactRef, Object]]]], NotGiven] = NOT_GIVEN,
        archived_at: Union[Optional[int], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Group:
        """Update a group.

        Changes a group, for its owner. The other members get a 403, also where nothing is given.

        Args:
            name: A new name.
            description: What it is about. Null clears it.
            avatar_url: A new picture. Null clears it.
            contacts: Who is in it from now on beside the owner. Contacts of the owner, or members already. Null or
                empty leaves nobody but the owner.
            archived_at: In the archive since then. Null takes it out.
        """
        return await self._call(
            operations.UPDATE_GROUP,
            (id,),
            {"name": name, "description": description, "avatar_url": avatar_url, "contacts": contacts, "archived_at": archived_at},
            Options(timeout, max_retries),
            extra_params,
        )

    async def delete(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Delete a group.

        Permanent, for all members, with its conversation and all that is in it. Only the owner may do it; the other
        members get a 403.
        """
        return await self._call(
            operations.DELETE_GROUP,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def leave(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Leave a group.

        Takes the caller out of a group: from the 204 on they read nothing of it. Their messages stay. The owner
        cannot leave, which is a 403, but can delete the group. To leave again is a 404, for the caller is not in it
        any more; with the same `Idempotency-Key` it is a 204 again, which leaves nothing a second time: also not
        where the owner has let the caller in again since.
        """
        return await self._call(
            operations.LEAVE_GROUP,
            (id,),
            {},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )


class AsyncMe(AsyncResource):
    """The caller's own person."""

    async def get(
        self,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Person:
        """Retrieve the caller.

        The person whose token it is.
        """
        return await self._call(
            operations.GET_ME,
            (),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    async def update(
        self,
        /,
        *,
        phone_number: Union[Optional[str], NotGiven] = NOT_GIVEN,
        avatar_url: Union[Optional[str], NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Person:
        """Update the caller.

        Changes the caller's phone number and avatar, for everybody who has the caller as a contact too. While the
        phone number is null, nobody new can add the caller. The username never changes.

        Args:
            phone_number: A new phone number. Null clears it.
            avatar_url: A new picture. Null clears it.
        """
        return await self._call(
            operations.UPDATE_ME,
            (),
            {"phone_number": phone_number, "avatar_url": avatar_url},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncSounds(AsyncResource):
    """A catalogue of sound effects that the operator imports, the same for every caller, who can read it only. Without
    an import it is empty.
    """

    def list(
        self,
        /,
        *,
        tag: Union[str, NotGiven] = NOT_GIVEN,
        theme: Union[str, NotGiven] = NOT_GIVEN,
        category: Union[str, NotGiven] = NOT_GIVEN,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Sound, AsyncPage[Sound]]:
        """List sounds.

        The sounds of the catalogue, newest first. Each of `tag`, `theme` and `category` leaves those that have it;
        of several all must hold. A label that no sound has leaves none.

        Args:
            tag: Only sounds with this tag, in any case, with any accents and any separators of words.
            theme: Only sounds of the theme with this name, in any case, with any accents and any separators of
                words.
            category: Only sounds of this category, in any case, with any accents and any separators of words.
            limit: How many items a page has at most.
            starting_after: Only what follows the sound of this id. Not together with `ending_before`.
            ending_before: Only what precedes the sound of this id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[Sound],
            operations.LIST_SOUNDS,
            (),
            {"tag": tag, "theme": theme, "category": category, "limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    def search(
        self,
        /,
        *,
        query: str,
        tag: Union[str, NotGiven] = NOT_GIVEN,
        theme: Union[str, NotGiven] = NOT_GIVEN,
        category: Union[str, NotGiven] = NOT_GIVEN,
        min_duration_ms: Union[int, NotGiven] = NOT_GIVEN,
        max_duration_ms: Union[int, NotGiven] = NOT_GIVEN,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Sound, AsyncPage[Sound]]:
        """Search sounds.

        The sounds that match `query`, the best first.

        Args:
            query: What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol.
                `-word` leaves out what has the word, `-\"some words\"` what has them side by side, and of sounds
                `-tag:name` or `-tag:\"a name\"` what has the tag.
            tag: Only sounds with this tag, in any case, with any accents and any separators of words.
            theme: Only sounds of the theme with this name, in any case, with any accents and any separators of
                words.
            category: Only sounds of this category, in any case, with any accents and any separators of words.
            min_duration_ms: Only sounds that are at least so long, in milliseconds.
            max_duration_ms: Only sounds that are at most so long, in milliseconds. Not less than `min_duration_ms`.
            limit: How many items a page has at most.
            starting_after: Only what follows this sound of the search, by its id. Not together with
                `ending_before`.
            ending_before: Only what precedes this sound of the search, by its id. Not together with
                `starting_after`.
        """
        return self._list(
            AsyncPage[Sound],
            operations.SEARCH_SOUNDS,
            (),
            {"query": query, "tag": tag, "theme": theme, "category": category, "min_duration_ms": min_duration_ms, "max_duration_ms": max_duration_ms, "limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    def list_tags(
        self,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[TagCount, AsyncPage[TagCount]]:
        """List tags.

        The tags of the catalogue's sounds, the most used first; equally used ones stand in the order of their names.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows the tag of this name. Not together with `ending_before`.
            ending_before: Only what precedes the tag of this name. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[TagCount],
            operations.LIST_SOUND_TAGS,
            (),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    async def get(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Sound:
        """Retrieve a sound.

        A sound of the catalogue.
        """
        return await self._call(
            operations.GET_SOUND,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )

    def list_similar(
        self,
        id: str,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[SimilarSound, AsyncPage[SimilarSound]]:
        """List similar sounds.

        The sounds that sound most like this one, the nearest first, without the sound itself: at most 100. How near
        two sounds are is computed from what can be heard (timbre, loudness and its course, noise), not from their
        titles and tags.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows this sound of the list, by its id. Not together with `ending_before`.
            ending_before: Only what precedes this sound of the list, by its id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[SimilarSound],
            operations.LIST_SIMILAR_SOUNDS,
            (id,),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    async def download(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> Download:
        """Download a sound.

        A link to the original file, byte for byte as it was imported. A browser that follows it saves the file under
        the sound's title.
        """
        return await self._call(
            operations.DOWNLOAD_SOUND,
            (id,),
            {},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncPlaylists(AsyncResource):
    """Some of the sounds that belong together, as the operator arranged them."""

    def list(
        self,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Playlist, AsyncPage[Playlist]]:
        """List playlists.

        The playlists of the catalogue, newest first.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows the playlist of this id. Not together with `ending_before`.
            ending_before: Only what precedes the playlist of this id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[Playlist],
            operations.LIST_PLAYLISTS,
            (),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    def search(
        self,
        /,
        *,
        query: str,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Playlist, AsyncPage[Playlist]]:
        """Search playlists.

        The playlists that match `query`, the best first: by name, theme and description. Words match and leave out,
        and ranks are, as in the search of sounds.

        Args:
            query: What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol.
                `-word` leaves out what has the word, `-\"some words\"` what has them side by side, and of sounds
                `-tag:name` or `-tag:\"a name\"` what has the tag.
            limit: How many items a page has at most.
            starting_after: Only what follows this playlist of the search, by its id. Not together with
                `ending_before`.
            ending_before: Only what precedes this playlist of the search, by its id. Not together with
                `starting_after`.
        """
        return self._list(
            AsyncPage[Playlist],
            operations.SEARCH_PLAYLISTS,
            (),
            {"query": query, "limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )

    def get(
        self,
        id: str,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Sound, AsyncPlaylistWithSounds]:
        """Retrieve a playlist.

        A playlist beside a page of its sounds, which are newest first.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows the sound of this id. Not together with `ending_before`.
            ending_before: Only what precedes the sound of this id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPlaylistWithSounds,
            operations.GET_PLAYLIST,
            (id,),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncThemes(AsyncResource):
    """Subjects to which sounds and playlists belong."""

    def list(
        self,
        /,
        *,
        limit: Union[int, NotGiven] = NOT_GIVEN,
        starting_after: Union[str, NotGiven] = NOT_GIVEN,
        ending_before: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> AsyncList[Theme, AsyncPage[Theme]]:
        """List themes.

        The themes of the catalogue, newest first.

        Args:
            limit: How many items a page has at most.
            starting_after: Only what follows the theme of this id. Not together with `ending_before`.
            ending_before: Only what precedes the theme of this id. Not together with `starting_after`.
        """
        return self._list(
            AsyncPage[Theme],
            operations.LIST_THEMES,
            (),
            {"limit": limit, "starting_after": starting_after, "ending_before": ending_before},
            Options(timeout, max_retries),
            extra_params,
        )


class AsyncResources:
    """All resources of the API."""

    def __init__(self, core: Core) -> None:
        self.conversations = AsyncConversations(core)
        self.messages = AsyncMessages(core)
        self.attachments = AsyncAttachments(core)
        self.contacts = AsyncContacts(core)
        self.groups = AsyncGroups(core)
        self.me = AsyncMe(core)
        self.sounds = AsyncSounds(core)
        self.playlists = AsyncPlaylists(core)
        self.themes = AsyncThemes(core)
