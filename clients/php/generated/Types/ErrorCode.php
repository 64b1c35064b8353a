<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

/**
 * What is wrong, for programs. Stable.
 *
 * The values that are known: there may be others later on.
 */
final class ErrorCode
{
    public const ATTACHMENT_USED = 'attachment_used';
    public const BODY_MALFORMED = 'body_malformed';
    public const BODY_TOO_LARGE = 'body_too_large';
    public const CONTENT_TYPE_UNSUPPORTED = 'content_type_unsupported';
    public const CURSOR_INVALID = 'cursor_invalid';
    public const IDEMPOTENCY_KEY_IN_USE = 'idempotency_key_in_use';
    public const IDEMPOTENCY_KEY_REUSED = 'idempotency_key_reused';
    public const INTERNAL_ERROR = 'internal_error';
    public const METHOD_NOT_ALLOWED = 'method_not_allowed';
    public const NOT_ALLOWED = 'not_allowed';
    public const PARAMETER_INVALID = 'parameter_invalid';
    public const PARAMETER_MISSING = 'parameter_missing';
    public const PARAMETER_UNKNOWN = 'parameter_unknown';
    public const RESOURCE_MISSING = 'resource_missing';
    public const ROUTE_MISSING = 'route_missing';
    public const SERVICE_UNAVAILABLE = 'service_unavailable';
    public const TOKEN_EXPIRED = 'token_expired';
    public const TOKEN_INVALID = 'token_invalid';
    public const TOKEN_MISSING = 'token_missing';
    public const TOO_MANY_ATTEMPTS = 'too_many_attempts';
    public const UPLOAD_QUOTA = 'upload_quota';
    public const USERNAME_TAKEN = 'username_taken';
}
