<?php

declare(strict_types=1);

namespace Protocol\Exception;

use Protocol\Headers;

/**
 * An answer that is an error. There is a subclass for the common ones. `getCode()` is the status.
 *
 * @property-read string|null $code What is wrong, for programs. Null where the answer is not the API's own, but a
 *   gateway's or a proxy's.
 * @property-read string $message What is wrong, for people.
 */
class ApiException extends ApiClientException
{
    private readonly ?string $codeOfApi;

    /**
     * @internal
     *
     * @param int $status The status of the answer.
     * @param string|null $type `invalid_request` where the caller can do something about it, `api_error` where only the
     *   API can.
     * @param string|null $param The parameter at fault.
     * @param string|null $documentation_url Where the code is explained.
     * @param string|null $request_id Names the request in the logs of the API.
     * @param Headers $headers The headers of the answer.
     */
    final public function __construct(
        public readonly int $status,
        string $message,
        public readonly ?string $type,
        ?string $code,
        public readonly ?string $param,
        public readonly ?string $documentation_url,
        public readonly ?string $request_id,
        public readonly Headers $headers,
    ) {
        parent::__construct($message, $status);
        $this->codeOfApi = $code;
    }

    public function __serialize(): array
    {
        $own = ['codeOfApi', 'status', 'type', 'param', 'documentation_url', 'request_id', 'headers'];
        return parent::__serialize() + array_intersect_key(get_object_vars($this), array_flip($own));
    }

    public function __unserialize(array $properties): void
    {
        // What is read only is set in the class that has it.
        foreach ($properties as $name => $value) {
            $this->$name = $value;
        }
    }

    /** `code` and `message`, which the base of all exceptions keeps for itself. */
    public function __get(string $name): mixed
    {
        if ($name !== 'code' && $name !== 'message') {
            trigger_error('Undefined property: ' . static::class . "::\$$name", E_USER_WARNING);
            return null;
        }
        return $name === 'code' ? $this->codeOfApi : $this->getMessage();
    }

    /** Whether an attribute is there and not null. */
    public function __isset(string $name): bool
    {
        return $name === 'message' || ($name === 'code' && $this->codeOfApi !== null);
    }

    public function jsonSerialize(): array
    {
        return [
            ...parent::jsonSerialize(),
            'status' => $this->status,
            'type' => $this->type,
            'code' => $this->codeOfApi,
            'param' => $this->param,
            'documentation_url' => $this->documentation_url,
            'request_id' => $this->request_id,
            'headers' => $this->headers,
        ];
    }
}
