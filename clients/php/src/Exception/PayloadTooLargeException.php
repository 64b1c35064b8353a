<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 413: the body is too large. */
class PayloadTooLargeException extends ApiException
{
}
