<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 400: a parameter or the body was refused. */
class BadRequestException extends ApiException
{
}
