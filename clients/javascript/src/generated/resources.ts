// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.
import { Resource, type List, type RequestOptions, type Requester, type Result } from '../core/resource.js'
import { operations } from './operations.js'
import type {
  Attachment,
  AttachmentCreateParams,
  AttachmentListParams,
  AttachmentUpdateParams,
  AttachmentWithUpload,
  Contact,
  ContactCreateParams,
  ContactListParams,
  ContactUpdateParams,
  Conversation,
  ConversationCreateParams,
  ConversationListParams,
  ConversationMarkReadParams,
  ConversationUpdateParams,
  Download,
  Group,
  GroupCreateParams,
  GroupListParams,
  GroupUpdateParams,
  MeUpdateParams,
  Message,
  MessageCreateParams,
  MessageListParams,
  MessageSearchParams,
  MessageUpdateParams,
  Person,
  Playlist,
  PlaylistGetParams,
  PlaylistListParams,
  PlaylistSearchParams,
  PlaylistWithSounds,
  SimilarSound,
  Sound,
  SoundListParams,
  SoundListSimilarParams,
  SoundListTagsParams,
  SoundSearchParams,
  TagCount,
  Theme,
  ThemeListParams,
} from './types.js'

/**
 * A conversation is shared by its participants, two people or the members of a group, and each sees it from their own
 * side. `contact_id` is the *other* person, or `group_id` the group. `is_pinned`, `is_muted`, `archived_at`,
 * `last_opened_at` and `unread_count` are the caller's own; `pinned_message_id`, `last_active_at` and `created_at` are
 * the same for all.
 */
export class Conversations extends Resource {
  /**
   * List conversations.
   *
   * The caller's conversations, most recently active first. A new one counts from its creation; pins do not reorder,
   * and a new message does not unarchive. A conversation just made or moved shows in its new place within about a
   * second; a deleted one never shows.
   */
  list(params: ConversationListParams = {}, options?: RequestOptions): List<Conversation> {
    return this.list_(operations.listConversations, [], params, options)
  }

  /**
   * Create a conversation.
   *
   * The conversation with a contact, or of a group: the one that exists, or a new one. There is one for each pair of
   * people and for each group, however many callers race: 201 for the one that made it, 200 with the same id for the
   * rest.
   */
  create(params: ConversationCreateParams, options?: RequestOptions): Result<Conversation> {
    return this.call_(operations.createConversation, [], params, options)
  }

  /**
   * Retrieve a conversation.
   *
   * One of the caller's conversations, as the caller sees it. Reading it marks nothing as read.
   */
  get(id: string, options?: RequestOptions): Result<Conversation> {
    return this.call_(operations.getConversation, [id], undefined, options)
  }

  /**
   * Update a conversation.
   *
   * Changes the caller's side of a conversation, and the pinned message for all participants. A pinned message must be
   * one of this conversation's; any other is a 404 whose `param` is `pinned_message_id`, and nothing is changed.
   */
  update(id: string, params: ConversationUpdateParams = {}, options?: RequestOptions): Result<Conversation> {
    return this.call_(operations.updateConversation, [id], params, options)
  }

  /**
   * Delete a conversation.
   *
   * Permanent, for all participants, with all that is in it. Either person of a one-to-one conversation may do it; of a
   * group only its owner, and the other members get a 403. From the 204 on nothing of it can be read or written, and a
   * new one can be created. The contacts or the group stay; their `conversation_id` is null until then.
   */
  delete(id: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.deleteConversation, [id], undefined, options)
  }

  /**
   * Mark a conversation as read.
   *
   * Opens a conversation: sets the caller's `last_opened_at`, and marks what others sent as read, up to a message, or
   * without `message_id` up to the newest one. What was marked stays so: an earlier message takes nothing back. Answers
   * with the conversation, and always with 200, for nothing is created.
   */
  markRead(id: string, params: ConversationMarkReadParams = {}, options?: RequestOptions): Result<Conversation> {
    return this.call_(operations.markConversationRead, [id], params, options)
  }
}

/** What people wrote in a conversation, and their reactions to it. */
export class Messages extends Resource {
  /**
   * List messages.
   *
   * The messages of a conversation, newest first; without `conversation_id` those of all the caller's conversations,
   * merged by id. A page ends early at 4 MB of JSON: it is not full then, and `has_more` is true.
   */
  list(params: MessageListParams = {}, options?: RequestOptions): List<Message> {
    return this.list_(operations.listMessages, [], params, options)
  }

  /**
   * Send a message.
   *
   * Sends a message to one of the caller's conversations, which becomes the most recently active one of all its
   * participants. It marks nothing as read, and takes the conversation out of nobody's archive.
   */
  create(params: MessageCreateParams, options?: RequestOptions): Result<Message> {
    return this.call_(operations.createMessage, [], params, options)
  }

  /** The same as `create`. */
  send(params: MessageCreateParams, options?: RequestOptions): Result<Message> {
    return this.create(params, options)
  }

  /**
   * Search messages.
   *
   * The messages in which every piece of `query` is, newest first: of a conversation; without `conversation_id` of all
   * the caller's conversations, archived ones too. `contact_id`, `after` and `before` narrow it, and a search of an old
   * year reads only that year. It opens nothing and marks nothing as read. What was sent, changed or deleted counts
   * from the moment of the answer to it; in the search of all conversations, what somebody else has just sent may show
   * a second later.
   */
  search(params: MessageSearchParams, options?: RequestOptions): List<Message> {
    return this.list_(operations.searchMessages, [], params, options)
  }

  /**
   * Retrieve a message.
   *
   * A message of one of the caller's conversations. Reading it marks nothing as read.
   */
  get(id: string, options?: RequestOptions): Result<Message> {
    return this.call_(operations.getMessage, [id], undefined, options)
  }

  /**
   * Update a message.
   *
   * The sender changes the text and the attachments. Anybody else who gives one of these gets a 403, and nothing is
   * changed.
   */
  update(id: string, params: MessageUpdateParams = {}, options?: RequestOptions): Result<Message> {
    return this.call_(operations.updateMessage, [id], params, options)
  }

  /**
   * Delete a message.
   *
   * Permanent, for all participants, with its reactions and attachments. The sender may do it, and in a group its
   * owner; anybody else in the conversation gets a 403. Where it is pinned, it is unpinned; who has not read it has one
   * message less to read.
   */
  delete(id: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.deleteMessage, [id], undefined, options)
  }

  /**
   * React to a message.
   *
   * Adds the caller's reaction of this name; one that is there stays where it is. A message has at most 20 different
   * names, of which one person has at most 10; one more is a 400 whose `param` is `name`.
   */
  addReaction(id: string, name: string, options?: RequestOptions): Result<Message> {
    return this.call_(operations.addReaction, [id, name], undefined, options)
  }

  /**
   * Take a reaction back.
   *
   * Removes the caller's reaction of this name. Also a 204 where there was none.
   */
  removeReaction(id: string, name: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.removeReaction, [id, name], undefined, options)
  }
}

/**
 * The files of messages. A file is uploaded, and then sent with a message. Until then only its uploader sees it; from
 * then on everybody in the conversation does, and it goes with the message. A message can also forward a file that the
 * caller sees, or bring a sound of the catalogue; each is a new attachment, without an upload.
 */
export class Attachments extends Resource {
  /**
   * List attachments.
   *
   * What the caller has uploaded, sent or not, newest first; neither what they forwarded nor sounds. With
   * `conversation_id` all that was sent in that conversation, by anybody and in whatever way. What has just been sent
   * or deleted in a conversation shows within about a second.
   */
  list(params: AttachmentListParams = {}, options?: RequestOptions): List<Attachment> {
    return this.list_(operations.listAttachments, [], params, options)
  }

  /**
   * Upload a file.
   *
   * A file of up to 4 MiB in this one call; a larger one is announced here, and sent to the storage then.
   */
  create(params: AttachmentCreateParams, options?: RequestOptions): Result<AttachmentWithUpload> {
    return this.call_(operations.createAttachment, [], params, options)
  }

  /**
   * Retrieve an attachment.
   *
   * An upload of the caller's, or an attachment of a message that the caller can see.
   */
  get(id: string, options?: RequestOptions): Result<Attachment> {
    return this.call_(operations.getAttachment, [id], undefined, options)
  }

  /**
   * Rename an attachment.
   *
   * Only its uploader may do it; anybody else who sees it gets a 403. Of one that was sent it changes the message: its
   * `updated_at` is set.
   */
  update(id: string, params: AttachmentUpdateParams = {}, options?: RequestOptions): Result<Attachment> {
    return this.call_(operations.updateAttachment, [id], params, options)
  }

  /**
   * Delete an attachment.
   *
   * Only its uploader may do it; anybody else who sees it gets a 403. One that was sent is taken out of its message,
   * whose `updated_at` is set. Where neither text nor another attachment would be left, it is a 400 without `param`,
   * and nothing is changed: delete the message. What was forwarded from it stays.
   */
  delete(id: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.deleteAttachment, [id], undefined, options)
  }
}

/**
 * The caller's address book. A contact's id is the id of the person, the same as `contact_id` of a conversation. Adding
 * a contact is one-sided: the person's own address book stays as it is.
 */
export class Contacts extends Resource {
  /**
   * List contacts.
   *
   * The caller's contacts, ordered by id: the newest *person* first, whenever the contact was added.
   */
  list(params: ContactListParams = {}, options?: RequestOptions): List<Contact> {
    return this.list_(operations.listContacts, [], params, options)
  }

  /**
   * Add a contact.
   *
   * Adds a person to the caller's contacts, and creates the conversation of the two with it where there is none.
   */
  create(params: ContactCreateParams, options?: RequestOptions): Result<Contact> {
    return this.call_(operations.createContact, [], params, options)
  }

  /**
   * Retrieve a contact.
   *
   * One of the caller's contacts.
   */
  get(id: string, options?: RequestOptions): Result<Contact> {
    return this.call_(operations.getContact, [id], undefined, options)
  }

  /**
   * Update a contact.
   *
   * Changes what the caller calls the contact. Everything else belongs to the person, who changes it with `PUT /v1/me`.
   */
  update(id: string, params: ContactUpdateParams = {}, options?: RequestOptions): Result<Contact> {
    return this.call_(operations.updateContact, [id], params, options)
  }

  /**
   * Delete a contact.
   *
   * Removes the contact from the caller's address book, and deletes the conversation of the two, for both of them. The
   * person stays.
   */
  delete(id: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.deleteContact, [id], undefined, options)
  }
}

/**
 * Up to 90 people with a name and one conversation. Whoever creates a group owns it and is a member; the owner stays
 * the same. Only the owner changes and deletes it, and says who is in it; the others can leave. To everybody else it
 * does not exist: a 404.
 */
export class Groups extends Resource {
  /**
   * List groups.
   *
   * The groups that the caller is in, newest first, each with all its members. A page ends early at 4 MB of JSON: it is
   * not full then, and `has_more` is true.
   */
  list(params: GroupListParams = {}, options?: RequestOptions): List<Group> {
    return this.list_(operations.listGroups, [], params, options)
  }

  /**
   * Create a group.
   *
   * Creates a group of the caller, who owns it and is a member, and of `contacts`, with its conversation. Each of
   * `contacts` is one of the caller's contacts; any other is a 404 whose `param` is its place, such as `contacts[2]`,
   * and nothing is created. The caller need not be named and somebody named twice counts once. More than 90 members,
   * the caller included, are a 400 whose `param` is `contacts`.
   */
  create(params: GroupCreateParams, options?: RequestOptions): Result<Group> {
    return this.call_(operations.createGroup, [], params, options)
  }

  /**
   * Retrieve a group.
   *
   * One of the groups that the caller is in.
   */
  get(id: string, options?: RequestOptions): Result<Group> {
    return this.call_(operations.getGroup, [id], undefined, options)
  }

  /**
   * Update a group.
   *
   * Changes a group, for its owner. The other members get a 403, also where nothing is given.
   */
  update(id: string, params: GroupUpdateParams = {}, options?: RequestOptions): Result<Group> {
    return this.call_(operations.updateGroup, [id], params, options)
  }

  /**
   * Delete a group.
   *
   * Permanent, for all members, with its conversation and all that is in it. Only the owner may do it; the other
   * members get a 403.
   */
  delete(id: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.deleteGroup, [id], undefined, options)
  }

  /**
   * Leave a group.
   *
   * Takes the caller out of a group: from the 204 on they read nothing of it. Their messages stay. The owner cannot
   * leave, which is a 403, but can delete the group. To leave again is a 404, for the caller is not in it any more;
   * with the same `Idempotency-Key` it is a 204 again, which leaves nothing a second time: also not where the owner has
   * let the caller in again since.
   */
  leave(id: string, options?: RequestOptions): Result<void> {
    return this.call_(operations.leaveGroup, [id], undefined, options)
  }
}

/** The caller's own person. */
export class Me extends Resource {
  /**
   * Retrieve the caller.
   *
   * The person whose token it is.
   */
  get(options?: RequestOptions): Result<Person> {
    return this.call_(operations.getMe, [], undefined, options)
  }

  /**
   * Update the caller.
   *
   * Changes the caller's phone number and avatar, for everybody who has the caller as a contact too. While the phone
   * number is null, nobody new can add the caller. The username never changes.
   */
  update(params: MeUpdateParams = {}, options?: RequestOptions): Result<Person> {
    return this.call_(operations.updateMe, [], params, options)
  }
}

/**
 * A catalogue of sound effects that the operator imports, the same for every caller, who can read it only. Without an
 * import it is empty.
 */
export class Sounds extends Resource {
  /**
   * List sounds.
   *
   * The sounds of the catalogue, newest first. Each of `tag`, `theme` and `category` leaves those that have it; of
   * several all must hold. A label that no sound has leaves none.
   */
  list(params: SoundListParams = {}, options?: RequestOptions): List<Sound> {
    return this.list_(operations.listSounds, [], params, options)
  }

  /**
   * Search sounds.
   *
   * The sounds that match `query`, the best first.
   */
  search(params: SoundSearchParams, options?: RequestOptions): List<Sound> {
    return this.list_(operations.searchSounds, [], params, options)
  }

  /**
   * List tags.
   *
   * The tags of the catalogue's sounds, the most used first; equally used ones stand in the order of their names.
   */
  listTags(params: SoundListTagsParams = {}, options?: RequestOptions): List<TagCount> {
    return this.list_(operations.listSoundTags, [], params, options)
  }

  /**
   * Retrieve a sound.
   *
   * A sound of the catalogue.
   */
  get(id: string, options?: RequestOptions): Result<Sound> {
    return this.call_(operations.getSound, [id], undefined, options)
  }

  /**
   * List similar sounds.
   *
   * The sounds that sound most like this one, the nearest first, without the sound itself: at most 100. How near two
   * sounds are is computed from what can be heard (timbre, loudness and its course, noise), not from their titles and
   * tags.
   */
  listSimilar(id: string, params: SoundListSimilarParams = {}, options?: RequestOptions): List<SimilarSound> {
    return this.list_(operations.listSimilarSounds, [id], params, options)
  }

  /**
   * Download a sound.
   *
   * A link to the original file, byte for byte as it was imported. A browser that follows it saves the file under the
   * sound's title.
   */
  download(id: string, options?: RequestOptions): Result<Download> {
    return this.call_(operations.downloadSound, [id], undefined, options)
  }
}

/** Some of the sounds that belong together, as the operator arranged them. */
export class Playlists extends Resource {
  /**
   * List playlists.
   *
   * The playlists of the catalogue, newest first.
   */
  list(params: PlaylistListParams = {}, options?: RequestOptions): List<Playlist> {
    return this.list_(operations.listPlaylists, [], params, options)
  }

  /**
   * Search playlists.
   *
   * The playlists that match `query`, the best first: by name, theme and description. Words match and leave out, and
   * ranks are, as in the search of sounds.
   */
  search(params: PlaylistSearchParams, options?: RequestOptions): List<Playlist> {
    return this.list_(operations.searchPlaylists, [], params, options)
  }

  /**
   * Retrieve a playlist.
   *
   * A playlist beside a page of its sounds, which are newest first.
   */
  get(id: string, params: PlaylistGetParams = {}, options?: RequestOptions): List<Sound, PlaylistWithSounds> {
    return this.list_(operations.getPlaylist, [id], params, options)
  }
}

/** Subjects to which sounds and playlists belong. */
export class Themes extends Resource {
  /**
   * List themes.
   *
   * The themes of the catalogue, newest first.
   */
  list(params: ThemeListParams = {}, options?: RequestOptions): List<Theme> {
    return this.list_(operations.listThemes, [], params, options)
  }
}

/** All resources of the API. */
export function resources(client: Requester) {
  return {
    conversations: new Conversations(client),
    messages: new Messages(client),
    attachments: new Attachments(client),
    contacts: new Contacts(client),
    groups: new Groups(client),
    me: new Me(client),
    sounds: new Sounds(client),
    playlists: new Playlists(client),
    themes: new Themes(client),
  }
}
