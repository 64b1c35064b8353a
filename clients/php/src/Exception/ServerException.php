<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 5xx: something of the API is broken, or busy. */
class ServerException extends ApiException
{
}
