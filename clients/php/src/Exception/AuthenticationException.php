<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 401: the token is missing, unknown, revoked or expired. */
class AuthenticationException extends ApiException
{
}
