<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** There was no answer, or only a part of it: the connection failed. `getCode()` is the error number of curl. */
class ApiConnectionException extends ApiClientException
{
}
