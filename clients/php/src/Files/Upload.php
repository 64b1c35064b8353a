<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\ApiObject;
use Protocol\Core\Call;
use Protocol\Core\Core;
use Protocol\Core\Operation;
use Protocol\Core\Retries;
use Protocol\Core\Secret;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiException;
use Protocol\Headers;
use Protocol\Operations;
use Protocol\Response;
use Protocol\Types\AttachmentWithUpload;

/**
 * Uploads files: a small one in one call, a larger one by an announcement and a request to the storage.
 *
 * @internal
 */
final class Upload
{
    /** The slowest connection that a time-out leaves time for, in bytes a second. */
    private const SLOWEST = 65536;

    private readonly Operation $operation;

    public function __construct(private readonly Core $core)
    {
        $this->operation = new Operation(...Operations::CREATE_ATTACHMENT);
    }

    /** @param array<string, mixed> $options */
    public function upload(Source $source, array $options): AttachmentWithUpload
    {
        if ($source->bytes !== null) {
            return $this->attachment($this->core->send($this->formOf($source, $source->bytes), $options));
        }
        return $this->announced($source, $options);
    }

    private function formOf(Source $source, string $bytes): Call
    {
        $boundary = Core::newKey();
        // As browsers write it.
        $name = strtr($source->filename, ['"' => '%22', "\r" => '%0D', "\n" => '%0A']);
        $type = strtr($source->file_type, ["\r" => '', "\n" => '']);
        $body = "--$boundary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"$name\"\r\n"
            . "content-type: $type\r\n\r\n$bytes\r\n--$boundary--\r\n";
        return Call::ofForm($this->operation, $body, "multipart/form-data; boundary=$boundary");
    }

    /** @param array<string, mixed> $options */
    private function announced(Source $source, array $options): AttachmentWithUpload
    {
        $about = [
            'filename' => $source->filename,
            'file_type' => $source->file_type,
            'file_size' => $source->file_size,
        ];
        $limits = $this->core->limits($options);
        // With the same key it is the same attachment, with a new address as long as the storage has nothing.
        $own = [...$options, 'idempotencyKey' => $limits->key ?? Core::newKey()];
        // Whether the storage may have it, as far as is known. Another call with the caller's key may have sent it.
        $isStored = $limits->key !== null;
        // 409 is that of an earlier try that the storage has not finished.
        $mayPass = fn (ApiClientException $error) => Retries::isPassing($error) || self::is(409, $error);
        $tries = new Retries($source->isRepeatable ? $limits->maxRetries : 0, $mayPass);
        $storage = new Storage($this->core->transport);
        $timeout = $limits->timeout + $source->file_size / self::SLOWEST;
        $try = function () use ($source, $about, $own, $tries, $storage, $timeout, &$isStored): AttachmentWithUpload {
            $announce = fn () => $this->attachment($this->core->call($this->operation, [], $about, $own));
            $attachment = $tries->once($announce);
            $upload = $attachment['upload'] ?? null;
            if (!$upload instanceof ApiObject) {
                return $attachment;
            }
            $response = $attachment->getResponse();
            $url = Link::addressIn($this->core, $response, new Secret($upload['url'] ?? null));
            $method = $this->checkedMethod($response, $upload['method'] ?? 'PUT');
            $headers = $this->checkedHeaders($response, $upload['headers'] ?? []);
            try {
                $storage->send($method, $url, $headers, ($source->body)(), $timeout);
            } catch (ApiClientException $error) {
                // What is stored cannot be exchanged, and it is ours.
                if (!$isStored || !self::is(412, $error)) {
                    $isStored = $isStored || Retries::mayBeDone($error);
                    throw $error;
                }
            }
            return $attachment;
        };
        return $tries->run($try);
    }

    private function attachment(#[\SensitiveParameter] ?ApiObject $answer): AttachmentWithUpload
    {
        return $answer instanceof AttachmentWithUpload
            ? $answer
            : throw $this->core->unexpected($answer?->getResponse(), 'The answer has no attachment');
    }

    private function checkedMethod(?Response $response, mixed $method): string
    {
        return is_string($method) && preg_match('/^[A-Z]+$/D', $method) === 1
            ? $method
            : throw $this->core->unexpected($response, 'The answer has no method of an upload');
    }

    /** @return array<string, string> */
    private function checkedHeaders(?Response $response, mixed $given): array
    {
        try {
            $headers = new Headers(array_filter(is_array($given) ? $given : [], is_string(...)));
        } catch (ApiClientException) {
            throw $this->core->unexpected($response, 'The answer has headers of an upload that none can be');
        }
        // How long it is, curl tells.
        $headers->remove('content-length');
        return $headers->toArray();
    }

    private static function is(int $status, ApiClientException $error): bool
    {
        return $error instanceof ApiException && $error->status === $status;
    }
}
