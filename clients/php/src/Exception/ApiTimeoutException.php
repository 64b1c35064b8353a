<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** There was no answer, or only a part of it, in the time that one try may take. */
class ApiTimeoutException extends ApiClientException
{
}
