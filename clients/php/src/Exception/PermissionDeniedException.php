<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 403: the caller may not do this. */
class PermissionDeniedException extends ApiException
{
}
