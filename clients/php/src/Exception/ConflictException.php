<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 409: it is in the way of something that exists. */
class ConflictException extends ApiException
{
}
