<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 404: it does not exist, or not for the caller. */
class NotFoundException extends ApiException
{
}
