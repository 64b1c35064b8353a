<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Files\AttachmentFiles;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Attachment;
use Protocol\Types\AttachmentWithUpload;

/**
 * The files of messages. A file is uploaded, and then sent with a message. Until then only its uploader sees it; from
 * then on everybody in the conversation does, and it goes with the message. A message can also forward a file that the
 * caller sees, or bring a sound of the catalogue; each is a new attachment, without an upload.
 */
final class Attachments extends Resource
{
    use AttachmentFiles;

    /**
     * List attachments.
     *
     * What the caller has uploaded, sent or not, newest first; neither what they forwarded nor sounds. With
     * `conversation_id` all that was sent in that conversation, by anybody and in whatever way. What has just been sent
     * or deleted in a conversation shows within about a second.
     *
     * @param array{
     *     conversation_id?: string,
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `conversation_id`: Only what was sent in this conversation. One that the caller is not in is a 404.
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the attachment of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the attachment of this id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Attachment>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_ATTACHMENTS), [], $params, $options);
    }

    /**
     * Upload a file.
     *
     * A file of up to 4 MiB in this one call; a larger one is announced here, and sent to the storage then.
     *
     * @param array{
     *     filename: string,
     *     file_type?: string|null,
     *     file_size: int,
     * } $params
     *   - `filename`: What it is called.
     *   - `file_type`: Its media type, in any case. Parameters are left out. Left out or null, it is
     *     `application/octet-stream`.
     *   - `file_size`: Its size in bytes. Neither more nor less can be sent.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function create(array $params, array $options = []): AttachmentWithUpload
    {
        return $this->core->call(new Operation(...Operations::CREATE_ATTACHMENT), [], $params, $options);
    }

    /**
     * Retrieve an attachment.
     *
     * An upload of the caller's, or an attachment of a message that the caller can see.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $options = []): Attachment
    {
        return $this->core->call(new Operation(...Operations::GET_ATTACHMENT), [$id], [], $options);
    }

    /**
     * Rename an attachment.
     *
     * Only its uploader may do it; anybody else who sees it gets a 403. Of one that was sent it changes the message:
     * its `updated_at` is set.
     *
     * @param array{
     *     filename?: string,
     * } $params
     *   - `filename`: A new name.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function update(string $id, array $params = [], array $options = []): Attachment
    {
        return $this->core->call(new Operation(...Operations::UPDATE_ATTACHMENT), [$id], $params, $options);
    }

    /**
     * Delete an attachment.
     *
     * Only its uploader may do it; anybody else who sees it gets a 403. One that was sent is taken out of its message,
     * whose `updated_at` is set. Where neither text nor another attachment would be left, it is a 400 without `param`,
     * and nothing is changed: delete the message. What was forwarded from it stays.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function delete(string $id, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::DELETE_ATTACHMENT), [$id], [], $options);
    }
}
