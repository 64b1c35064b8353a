// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

/** A conversation as the caller sees it. Exactly one of `contact_id` and `group_id` is set. */
export interface Conversation {
  /** Unique. */
  id: string
  /** The other person of a one-to-one conversation. */
  contact_id: string | null
  /** The group whose conversation it is. */
  group_id: string | null
  /** The pinned message, the same for all participants. Null while there is none. */
  pinned_message_id: string | null
  /** Whether the caller pinned it. */
  is_pinned: boolean
  /** Whether the caller muted it. */
  is_muted: boolean
  /**
   * When the newest message was sent, the same for all participants. It never goes back, also when that message is
   * deleted. Null while there was none.
   */
  last_active_at: number | null
  /** When the caller last opened it. Null while that has not happened. */
  last_opened_at: number | null
  /** When it was created, the same for all participants. */
  created_at: number
  /** Since when the caller has it in the archive. Null while it is not there. */
  archived_at: number | null
  /** How many messages of others, after the last one that the caller marked read, still exist. */
  unread_count: number
}

/** A message, the same for all participants. */
export interface Message {
  /** Unique. Within a conversation ids are in the order of sending. */
  id: string
  /** The conversation that it was sent to. */
  conversation_id: string
  /** Who sent it, as they are now. */
  contact: Person
  /** What it says. Empty only where it has an attachment. */
  message: string
  /** How people reacted, in the order in which the names were first used. */
  reactions: Reaction[]
  /** What goes with it, in the order in which the sender gave it. */
  attachments: Attachment[]
  /**
   * When somebody other than the sender first opened the conversation up to it; in a group, any other member. Null
   * while that has not happened; once set it never changes.
   */
  read_at: number | null
  /** When it was sent. */
  created_at: number
  /** When the sender last changed its text or attachments. Null if never; reactions do not count. */
  updated_at: number | null
}

/** The name of a reaction, and the usernames of those who reacted so, in the order in which they did. */
export type Reaction = { [name: string]: string[] }

/** A file, the same for all who see it but for its links. */
export interface Attachment {
  /** Unique. */
  id: string
  /** The message that it was sent with. Null until then. */
  message_id: string | null
  /** What it is called. Of a sound, by its title. */
  filename: string
  /** The file, to be saved under this name. Until its bytes are stored, the link leads to nothing. */
  file_url: string
  /**
   * The media type that its bytes show, wherever they tell. Until the file is looked at, and where they do not tell,
   * the one that was announced, or `application/octet-stream`.
   */
  file_type: string
  /** Its size in bytes. */
  file_size: number
  /** Of an image, in pixels. Null where it is none, is not yet looked at, or does not tell. */
  width: number | null
  /** As `width`. */
  height: number | null
  /**
   * The same file, to be shown inline; of a sound, a short version of it. Null where it is no image, audio or video by
   * its bytes, or is not yet looked at.
   */
  preview_url: string | null
  /** The sound of the catalogue that it is. Null where it is none. */
  sound_id: string | null
  /** Until when the links are valid. */
  expires_at: number
  /** When it was uploaded, forwarded, or taken from the catalogue. */
  created_at: number
}

/** A file, and how to send it to the storage. */
export interface AttachmentWithUpload extends Attachment {
  /** How to send the file to the storage. Null where that is done. */
  upload: Upload | null
}

/** A request that sends a file to the storage, once. Its body is the file. It needs no token. */
export interface Upload {
  /** The method. */
  method: 'PUT' | (string & {})
  /** The address. */
  url: string
  /**
   * The headers: `content-type`, `content-length` and `if-none-match`, exactly so. Browsers set `content-length`
   * themselves.
   */
  headers: { [name: string]: string }
  /** Until when it can be sent. */
  expires_at: number
}

/** A person as an entry of the caller's address book. */
export interface Contact {
  /** The id of the person. */
  id: string
  /** The person's username. */
  username: string
  /** The person's phone number, as the person wrote it. */
  phone_number: string | null
  /** The person's picture. */
  avatar_url: string | null
  /** What the caller calls the person. */
  display_name: string | null
  /** The conversation of the two. Null while there is none. */
  conversation_id: string | null
  /** When the person last sent a message, up to some seconds late. Null while that has not happened. */
  last_active_at: number | null
  /** When the person was created, not when the contact was added. */
  created_at: number
}

/** Somebody in this deployment. */
export interface Person {
  /** Unique, and the id of every contact entry for this person. */
  id: string
  /** Never changes. */
  username: string
  /** Null where the person was created without one, or cleared it. */
  phone_number: string | null
  /** A picture. */
  avatar_url: string | null
  /** When the person last sent a message, up to some seconds late. Null while that has not happened. */
  last_active_at: number | null
  /** When the person was created. */
  created_at: number
}

/** A group, the same for all members. */
export interface Group {
  /** Unique. */
  id: string
  /** What it is called. */
  name: string
  /** What it is about. */
  description: string | null
  /** A picture. */
  avatar_url: string | null
  /** The conversation of its members. Null while there is none. */
  conversation_id: string | null
  /** The members, as they are now. First the owner, then the others in the order in which they joined. */
  contacts: Person[]
  /** When it was created. */
  created_at: number
  /** Since when its owner has it in the archive. Null while it is not there. */
  archived_at: number | null
}

/** A sound, the same for all callers but for its link. */
export interface Sound {
  /** Unique, and the same in every version of the catalogue. */
  id: string
  /** What it is called. */
  title: string
  /** What can be heard. */
  description: string | null
  /** The one category that it belongs to. */
  category: string | null
  /** What it is tagged with. */
  tags: string[]
  /** The names of the themes that it belongs to. */
  themes: string[]
  /** How long it is, in milliseconds. */
  duration_ms: number
  /** Samples a second. */
  sample_rate: number
  /** How many channels it has: 1 is mono, 2 is stereo. */
  channels: number
  /** The media type of the original file. */
  file_type: string
  /** The size of the original file, in bytes. */
  file_size: number
  /** A short version to listen to. Signed anew in every answer, and valid for an hour. */
  preview_url: string
  /** The loudest moment of each hundredth of the sound, from 0, silence, to 1, full scale. */
  waveform: number[]
  /** When it was first imported. */
  created_at: number
}

/** A sound that is like another one. */
export interface SimilarSound extends Sound {
  /** How much it is like the other one, from 0 to 1, which is the same. */
  similarity: number
}

/** A tag, and how often it is used. */
export interface TagCount {
  /** What it is called. */
  name: string
  /** How many sounds have it. */
  count: number
}

/** A link to the original file of a sound. */
export interface Download {
  /** The link. Whoever has it can download the file, without a token. */
  url: string
  /** Until when it is valid: an hour from the answer. */
  expires_at: number
}

/** Some sounds that belong together. */
export interface Playlist {
  /** Unique, and the same in every version of the catalogue. */
  id: string
  /** What it is called. */
  name: string
  /** What it is about. */
  description: string | null
  /** The name of the theme that it belongs to. */
  theme: string | null
  /** How many sounds are in it. */
  sound_count: number
  /** When it was first imported. */
  created_at: number
}

/** A playlist with a page of its sounds, newest first. */
export interface PlaylistWithSounds extends Playlist {
  /** Whether there is more in the direction of travel. */
  has_more: boolean
  /** The sounds. */
  data: Sound[]
  /** The position after the page, or null where nothing follows. */
  next_cursor: string | null
}

/** A subject of sounds and playlists. */
export interface Theme {
  /** Unique, and the same in every version of the catalogue. */
  id: string
  /** What it is called. */
  name: string
  /** How many playlists it has. */
  playlist_count: number
  /** How many sounds it has. */
  sound_count: number
}

/** Usernames by the name of the reaction. Those of others have no effect. */
export type ReactionLists = { [name: string]: string[] }

/** A file or a sound. Exactly one of the three is given; the others are left out or null. */
export interface AttachmentRef {
  /** An upload of the caller's that has not been sent; in an update, also one that is in the message. */
  id?: string | null | undefined
  /** An attachment that the caller sees, to be sent once more. */
  forward_id?: string | null | undefined
  /** A sound of the catalogue. */
  sound_id?: string | null | undefined
}

/**
 * Somebody, by their id. It may be a contact as the API shows it, so that what was read can be sent back; all but its
 * `id` has no effect.
 */
export interface ContactRef {
  /** 16 characters that sort, as ASCII, by creation. */
  id: string
  /** Whatever it is, it has no effect. */
  username?: unknown
  /** Whatever it is, it has no effect. */
  phone_number?: unknown
  /** Whatever it is, it has no effect. */
  avatar_url?: unknown
  /** Whatever it is, it has no effect. */
  display_name?: unknown
  /** Whatever it is, it has no effect. */
  conversation_id?: unknown
  /** Whatever it is, it has no effect. */
  last_active_at?: unknown
  /** Whatever it is, it has no effect. */
  created_at?: unknown
}

/** What is wrong, for programs. Stable. */
export type ErrorCode =
  | 'attachment_used'
  | 'body_malformed'
  | 'body_too_large'
  | 'content_type_unsupported'
  | 'cursor_invalid'
  | 'idempotency_key_in_use'
  | 'idempotency_key_reused'
  | 'internal_error'
  | 'method_not_allowed'
  | 'not_allowed'
  | 'parameter_invalid'
  | 'parameter_missing'
  | 'parameter_unknown'
  | 'resource_missing'
  | 'route_missing'
  | 'service_unavailable'
  | 'token_expired'
  | 'token_invalid'
  | 'token_missing'
  | 'too_many_attempts'
  | 'upload_quota'
  | 'username_taken'
  | (string & {})

/** What `conversations.list` takes. */
export interface ConversationListParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /**
   * Only what follows this position: a conversation's id, or the `next_cursor` of a page. Not together with
   * `ending_before`.
   */
  starting_after?: string | undefined
  /**
   * Only what precedes this position: a conversation's id, or the `next_cursor` of a page. Not together with
   * `starting_after`.
   */
  ending_before?: string | undefined
  /** `true`: only those that the caller muted; `false`: only the others. */
  muted?: boolean | undefined
  /** `true`: only those in the caller's archive; `false`: only the others. */
  archived?: boolean | undefined
  /** `true`: only those that the caller pinned; `false`: only the others. */
  pinned?: boolean | undefined
  /** Only the conversation of this group. Where the caller is in no such group, the page is empty. */
  group_id?: string | undefined
}

/** What `conversations.create` takes. */
export interface ConversationCreateParams {
  /** One of the caller's contacts; a 404 otherwise. */
  contact_id?: string | null | undefined
  /** A group that the caller is in; a 404 otherwise. */
  group_id?: string | null | undefined
}

/** What `conversations.update` takes. */
export interface ConversationUpdateParams {
  /** One of this conversation's messages, pinned for all participants. Null unpins. */
  pinned_message_id?: string | null | undefined
  /** Pinned for the caller. */
  is_pinned?: boolean | undefined
  /** Muted for the caller. */
  is_muted?: boolean | undefined
  /** In the caller's archive since then. Null takes it out. */
  archived_at?: number | null | undefined
}

/** What `conversations.markRead` takes. */
export interface ConversationMarkReadParams {
  /** One of the conversation's messages. The newest one where it is left out or null. */
  message_id?: string | null | undefined
}

/** What `messages.list` takes. */
export interface MessageListParams {
  /** Only the messages of this conversation. One that the caller is not in is a 404. */
  conversation_id?: string | undefined
  /** How many items a page has at most. */
  limit?: number | undefined
  /**
   * Only what follows this position: a message's id, or the `next_cursor` of a page of the same list. Not together with
   * `ending_before`.
   */
  starting_after?: string | undefined
  /**
   * Only what precedes this position, the messages nearest to it: a message's id, or the `next_cursor` of a page of the
   * same list. Not together with `starting_after`.
   */
  ending_before?: string | undefined
  /** `false`: the conversation is not opened by this. Without effect on pages that open nothing. */
  mark_read?: boolean | undefined
}

/** What `messages.create` takes. */
export interface MessageCreateParams {
  /** One of the caller's conversations; a 404 otherwise. */
  conversation_id: string
  /** The text. Empty or null only with an attachment. */
  message: string | null
  /** What goes with it. Null means nothing. */
  attachments?: (string | AttachmentRef)[] | null | undefined
}

/** What `messages.search` takes. */
export interface MessageSearchParams {
  /** What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol such as an emoji. */
  query: string
  /** Only the messages of this conversation. One that the caller is not in is a 404. */
  conversation_id?: string | undefined
  /** Only what this person has sent; the caller's own id is one as well. */
  contact_id?: string | undefined
  /** Only what was sent at this time or later. */
  after?: number | undefined
  /** Only what was sent before this time. Later than `after`. */
  before?: number | undefined
  /** How many items a page has at most. */
  limit?: number | undefined
  /**
   * Only what follows this position: a message's id, or the `next_cursor` of a page of the same search. Not together
   * with `ending_before`.
   */
  starting_after?: string | undefined
  /**
   * Only what precedes this position, the messages nearest to it: a message's id, or the `next_cursor` of a page of the
   * same search. Not together with `starting_after`.
   */
  ending_before?: string | undefined
}

/** What `messages.update` takes. */
export interface MessageUpdateParams {
  /** A new text. Only the sender may give it. Empty or null only where an attachment is left. */
  message?: string | null | undefined
  /**
   * As in the message, or one map. The caller ends up with exactly the reactions whose lists hold the caller's
   * username. Null or empty takes all of the caller's back.
   */
  reactions?: ReactionLists[] | ReactionLists | null | undefined
  /** What goes with it from now on, in this order. Only the sender may give it. Null means nothing. */
  attachments?: (string | AttachmentRef)[] | null | undefined
}

/** What `attachments.list` takes. */
export interface AttachmentListParams {
  /** Only what was sent in this conversation. One that the caller is not in is a 404. */
  conversation_id?: string | undefined
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the attachment of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the attachment of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `attachments.create` takes. */
export interface AttachmentCreateParams {
  /** What it is called. */
  filename: string
  /** Its media type, in any case. Parameters are left out. Left out or null, it is `application/octet-stream`. */
  file_type?: string | null | undefined
  /** Its size in bytes. Neither more nor less can be sent. */
  file_size: number
}

/** What `attachments.update` takes. */
export interface AttachmentUpdateParams {
  /** A new name. */
  filename?: string | undefined
}

/** What `contacts.list` takes. */
export interface ContactListParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the person of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the person of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `contacts.create` takes. */
export interface ContactCreateParams {
  /** Finds the person, without regard to case, or names a new one. */
  username: string
  /** Must be the person's, where the person exists. */
  phone_number: string
  /** The picture of a new person; without effect on one that exists. */
  avatar_url?: string | null | undefined
  /** What the caller calls the person. */
  display_name?: string | null | undefined
}

/** What `contacts.update` takes. */
export interface ContactUpdateParams {
  /** What the caller calls the person. Null clears it. */
  display_name?: string | null | undefined
}

/** What `groups.list` takes. */
export interface GroupListParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the group of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the group of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
  /** `true`: only those that their owners have in the archive; `false`: only the others. */
  archived?: boolean | undefined
}

/** What `groups.create` takes. */
export interface GroupCreateParams {
  /** What it is called. */
  name: string
  /** What it is about. */
  description?: string | null | undefined
  /** A picture. */
  avatar_url?: string | null | undefined
  /** Who is in it beside the caller. Contacts of the caller. Null means nobody. */
  contacts?: (string | ContactRef)[] | null | undefined
}

/** What `groups.update` takes. */
export interface GroupUpdateParams {
  /** A new name. */
  name?: string | undefined
  /** What it is about. Null clears it. */
  description?: string | null | undefined
  /** A new picture. Null clears it. */
  avatar_url?: string | null | undefined
  /**
   * Who is in it from now on beside the owner. Contacts of the owner, or members already. Null or empty leaves nobody
   * but the owner.
   */
  contacts?: (string | ContactRef)[] | null | undefined
  /** In the archive since then. Null takes it out. */
  archived_at?: number | null | undefined
}

/** What `me.update` takes. */
export interface MeUpdateParams {
  /** A new phone number. Null clears it. */
  phone_number?: string | null | undefined
  /** A new picture. Null clears it. */
  avatar_url?: string | null | undefined
}

/** What `sounds.list` takes. */
export interface SoundListParams {
  /** Only sounds with this tag, in any case and with any accents. */
  tag?: string | undefined
  /** Only sounds of the theme with this name, in any case and with any accents. */
  theme?: string | undefined
  /** Only sounds of this category, in any case and with any accents. */
  category?: string | undefined
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the sound of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the sound of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `sounds.search` takes. */
export interface SoundSearchParams {
  /**
   * What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol. `-word` leaves out
   * what has the word, `-"some words"` what has them side by side, and of sounds `-tag:name` or `-tag:"a name"` what
   * has the tag.
   */
  query: string
  /** Only sounds with this tag, in any case and with any accents. */
  tag?: string | undefined
  /** Only sounds of the theme with this name, in any case and with any accents. */
  theme?: string | undefined
  /** Only sounds of this category, in any case and with any accents. */
  category?: string | undefined
  /** Only sounds that are at least so long, in milliseconds. */
  min_duration_ms?: number | undefined
  /** Only sounds that are at most so long, in milliseconds. Not less than `min_duration_ms`. */
  max_duration_ms?: number | undefined
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows this sound of the search, by its id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes this sound of the search, by its id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `sounds.listTags` takes. */
export interface SoundListTagsParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the tag of this name. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the tag of this name. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `sounds.listSimilar` takes. */
export interface SoundListSimilarParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows this sound of the list, by its id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes this sound of the list, by its id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `playlists.list` takes. */
export interface PlaylistListParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the playlist of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the playlist of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `playlists.search` takes. */
export interface PlaylistSearchParams {
  /**
   * What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol. `-word` leaves out
   * what has the word, `-"some words"` what has them side by side, and of sounds `-tag:name` or `-tag:"a name"` what
   * has the tag.
   */
  query: string
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows this playlist of the search, by its id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes this playlist of the search, by its id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `playlists.get` takes. */
export interface PlaylistGetParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the sound of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the sound of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
}

/** What `themes.list` takes. */
export interface ThemeListParams {
  /** How many items a page has at most. */
  limit?: number | undefined
  /** Only what follows the theme of this id. Not together with `ending_before`. */
  starting_after?: string | undefined
  /** Only what precedes the theme of this id. Not together with `starting_after`. */
  ending_before?: string | undefined
}
