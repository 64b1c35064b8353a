<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol;

use Protocol\Types\Attachment;
use Protocol\Types\AttachmentWithUpload;
use Protocol\Types\Contact;
use Protocol\Types\Conversation;
use Protocol\Types\Download;
use Protocol\Types\Group;
use Protocol\Types\Message;
use Protocol\Types\Person;
use Protocol\Types\Playlist;
use Protocol\Types\PlaylistWithSounds;
use Protocol\Types\SimilarSound;
use Protocol\Types\Sound;
use Protocol\Types\TagCount;
use Protocol\Types\Theme;

/**
 * All operations of the API, as `Core\Operation` is made of them.
 *
 * @internal
 */
final class Operations
{
    public const LIST_CONVERSATIONS = [
        'id' => 'listConversations',
        'method' => 'GET',
        'path' => '/v1/conversations',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
            'muted',
            'archived',
            'pinned',
            'group_id',
        ],
        'answer' => Page::class,
        'item' => Conversation::class,
    ];
    public const CREATE_CONVERSATION = [
        'id' => 'createConversation',
        'method' => 'POST',
        'path' => '/v1/conversations',
        'answer' => Conversation::class,
    ];
    public const GET_CONVERSATION = [
        'id' => 'getConversation',
        'method' => 'GET',
        'path' => '/v1/conversations/{id}',
        'answer' => Conversation::class,
    ];
    public const UPDATE_CONVERSATION = [
        'id' => 'updateConversation',
        'method' => 'PUT',
        'path' => '/v1/conversations/{id}',
        'answer' => Conversation::class,
    ];
    public const DELETE_CONVERSATION = [
        'id' => 'deleteConversation',
        'method' => 'DELETE',
        'path' => '/v1/conversations/{id}',
    ];
    public const MARK_CONVERSATION_READ = [
        'id' => 'markConversationRead',
        'method' => 'POST',
        'path' => '/v1/conversations/{id}/read',
        'answer' => Conversation::class,
    ];
    public const LIST_MESSAGES = [
        'id' => 'listMessages',
        'method' => 'GET',
        'path' => '/v1/messages',
        'query' => [
            'conversation_id',
            'limit',
            'starting_after',
            'ending_before',
            'mark_read',
        ],
        'answer' => Page::class,
        'item' => Message::class,
    ];
    public const CREATE_MESSAGE = [
        'id' => 'createMessage',
        'method' => 'POST',
        'path' => '/v1/messages',
        'body' => [
            'attachments' => ['list', ['object', []]],
        ],
        'answer' => Message::class,
    ];
    public const SEARCH_MESSAGES = [
        'id' => 'searchMessages',
        'method' => 'GET',
        'path' => '/v1/messages/search',
        'query' => [
            'query',
            'conversation_id',
            'contact_id',
            'after',
            'before',
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Message::class,
    ];
    public const GET_MESSAGE = [
        'id' => 'getMessage',
        'method' => 'GET',
        'path' => '/v1/messages/{id}',
        'answer' => Message::class,
    ];
    public const UPDATE_MESSAGE = [
        'id' => 'updateMessage',
        'method' => 'PUT',
        'path' => '/v1/messages/{id}',
        'body' => [
            'reactions' => ['either', ['list', ['map', ['list', null]]], ['map', ['list', null]]],
            'attachments' => ['list', ['object', []]],
        ],
        'answer' => Message::class,
    ];
    public const DELETE_MESSAGE = [
        'id' => 'deleteMessage',
        'method' => 'DELETE',
        'path' => '/v1/messages/{id}',
    ];
    public const ADD_REACTION = [
        'id' => 'addReaction',
        'method' => 'PUT',
        'path' => '/v1/messages/{id}/reactions/{name}',
        'answer' => Message::class,
    ];
    public const REMOVE_REACTION = [
        'id' => 'removeReaction',
        'method' => 'DELETE',
        'path' => '/v1/messages/{id}/reactions/{name}',
    ];
    public const LIST_ATTACHMENTS = [
        'id' => 'listAttachments',
        'method' => 'GET',
        'path' => '/v1/attachments',
        'query' => [
            'conversation_id',
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Attachment::class,
    ];
    public const CREATE_ATTACHMENT = [
        'id' => 'createAttachment',
        'method' => 'POST',
        'path' => '/v1/attachments',
        'answer' => AttachmentWithUpload::class,
    ];
    public const GET_ATTACHMENT = [
        'id' => 'getAttachment',
        'method' => 'GET',
        'path' => '/v1/attachments/{id}',
        'answer' => Attachment::class,
    ];
    public const UPDATE_ATTACHMENT = [
        'id' => 'updateAttachment',
        'method' => 'PUT',
        'path' => '/v1/attachments/{id}',
        'answer' => Attachment::class,
    ];
    public const DELETE_ATTACHMENT = [
        'id' => 'deleteAttachment',
        'method' => 'DELETE',
        'path' => '/v1/attachments/{id}',
    ];
    public const LIST_CONTACTS = [
        'id' => 'listContacts',
        'method' => 'GET',
        'path' => '/v1/contacts',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Contact::class,
    ];
    public const CREATE_CONTACT = [
        'id' => 'createContact',
        'method' => 'POST',
        'path' => '/v1/contacts',
        'answer' => Contact::class,
    ];
    public const GET_CONTACT = [
        'id' => 'getContact',
        'method' => 'GET',
        'path' => '/v1/contacts/{id}',
        'answer' => Contact::class,
    ];
    public const UPDATE_CONTACT = [
        'id' => 'updateContact',
        'method' => 'PUT',
        'path' => '/v1/contacts/{id}',
        'answer' => Contact::class,
    ];
    public const DELETE_CONTACT = [
        'id' => 'deleteContact',
        'method' => 'DELETE',
        'path' => '/v1/contacts/{id}',
    ];
    public const LIST_GROUPS = [
        'id' => 'listGroups',
        'method' => 'GET',
        'path' => '/v1/groups',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
            'archived',
        ],
        'answer' => Page::class,
        'item' => Group::class,
    ];
    public const CREATE_GROUP = [
        'id' => 'createGroup',
        'method' => 'POST',
        'path' => '/v1/groups',
        'body' => [
            'contacts' => ['list', ['object', []]],
        ],
        'answer' => Group::class,
    ];
    public const GET_GROUP = [
        'id' => 'getGroup',
        'method' => 'GET',
        'path' => '/v1/groups/{id}',
        'answer' => Group::class,
    ];
    public const UPDATE_GROUP = [
        'id' => 'updateGroup',
        'method' => 'PUT',
        'path' => '/v1/groups/{id}',
        'body' => [
            'contacts' => ['list', ['object', []]],
        ],
        'answer' => Group::class,
    ];
    public const DELETE_GROUP = [
        'id' => 'deleteGroup',
        'method' => 'DELETE',
        'path' => '/v1/groups/{id}',
    ];
    public const LEAVE_GROUP = [
        'id' => 'leaveGroup',
        'method' => 'POST',
        'path' => '/v1/groups/{id}/leave',
    ];
    public const GET_ME = [
        'id' => 'getMe',
        'method' => 'GET',
        'path' => '/v1/me',
        'answer' => Person::class,
    ];
    public const UPDATE_ME = [
        'id' => 'updateMe',
        'method' => 'PUT',
        'path' => '/v1/me',
        'answer' => Person::class,
    ];
    public const LIST_SOUNDS = [
        'id' => 'listSounds',
        'method' => 'GET',
        'path' => '/v1/sounds',
        'query' => [
            'tag',
            'theme',
            'category',
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Sound::class,
    ];
    public const SEARCH_SOUNDS = [
        'id' => 'searchSounds',
        'method' => 'GET',
        'path' => '/v1/sounds/search',
        'query' => [
            'query',
            'tag',
            'theme',
            'category',
            'min_duration_ms',
            'max_duration_ms',
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Sound::class,
    ];
    public const LIST_SOUND_TAGS = [
        'id' => 'listSoundTags',
        'method' => 'GET',
        'path' => '/v1/sounds/tags',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => TagCount::class,
    ];
    public const GET_SOUND = [
        'id' => 'getSound',
        'method' => 'GET',
        'path' => '/v1/sounds/{id}',
        'answer' => Sound::class,
    ];
    public const LIST_SIMILAR_SOUNDS = [
        'id' => 'listSimilarSounds',
        'method' => 'GET',
        'path' => '/v1/sounds/{id}/similar',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => SimilarSound::class,
    ];
    public const DOWNLOAD_SOUND = [
        'id' => 'downloadSound',
        'method' => 'GET',
        'path' => '/v1/sounds/{id}/download',
        'answer' => Download::class,
    ];
    public const LIST_PLAYLISTS = [
        'id' => 'listPlaylists',
        'method' => 'GET',
        'path' => '/v1/playlists',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Playlist::class,
    ];
    public const SEARCH_PLAYLISTS = [
        'id' => 'searchPlaylists',
        'method' => 'GET',
        'path' => '/v1/playlists/search',
        'query' => [
            'query',
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Playlist::class,
    ];
    public const GET_PLAYLIST = [
        'id' => 'getPlaylist',
        'method' => 'GET',
        'path' => '/v1/playlists/{id}',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => PlaylistWithSounds::class,
        'item' => Sound::class,
    ];
    public const LIST_THEMES = [
        'id' => 'listThemes',
        'method' => 'GET',
        'path' => '/v1/themes',
        'query' => [
            'limit',
            'starting_after',
            'ending_before',
        ],
        'answer' => Page::class,
        'item' => Theme::class,
    ];
}
