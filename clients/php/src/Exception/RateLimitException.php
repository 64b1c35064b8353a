<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 429: too many requests. */
class RateLimitException extends ApiException
{
}
