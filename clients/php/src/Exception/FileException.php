<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** A file of this machine could not be read or written. */
class FileException extends ApiClientException
{
}
