<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\ApiObject;
use Protocol\Core\Core;
use Protocol\Core\Retries;
use Protocol\Core\Secret;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiException;
use Protocol\FileDownload;

/**
 * Begins to get files.
 *
 * @internal
 */
final class Download
{
    /**
     * Begins to get the file to which a link leads. What fails and may pass is tried again with a new link.
     *
     * @param \Closure(): ApiObject $ask Asks the API for a link.
     * @param string $attribute Where its answer has it.
     * @param array<string, mixed> $options
     */
    public static function open(Core $core, \Closure $ask, string $attribute, array $options): FileDownload
    {
        $limits = $core->limits($options);
        // 403 is that of a link which is over.
        $mayPass = fn (ApiClientException $error) => Retries::isPassing($error)
            || ($error instanceof ApiException && $error->status === 403);
        $tries = new Retries($limits->maxRetries, $mayPass);
        $begin = function () use ($core, $ask, $attribute, $limits, $tries): array {
            $link = Link::in($core, new Secret($tries->once($ask)), $attribute);
            return [$link, (new Storage($core->transport))->open($link->url, $limits->timeout)];
        };
        [$link, $opened] = $tries->run($begin);
        return new FileDownload($link, $opened, $tries, fn (): Opened => $begin()[1]);
    }
}
