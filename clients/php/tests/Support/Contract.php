<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** The operations of the API's description. */
final class Contract
{
    private static ?array $document = null;

    /** @return array<string, array> By their ids: method, path, resource, names of methods, what stands where. */
    public static function operations(): array
    {
        $operations = [];
        foreach (self::document()['paths'] as $path => $item) {
            $methods = array_intersect_key($item, ['get' => 1, 'post' => 1, 'put' => 1, 'delete' => 1]);
            foreach ($methods as $method => $operation) {
                $operations[$operation['operationId']] = self::operation($path, $method, $item, $operation);
            }
        }
        return $operations;
    }

    private static function operation(string $path, string $method, array $item, array $operation): array
    {
        $parameters = [...$item['parameters'] ?? [], ...$operation['parameters'] ?? []];
        $inQuery = array_filter(array_map(self::resolve(...), $parameters), fn ($given) => $given['in'] === 'query');
        $request = self::resolve($operation['requestBody'] ?? []);
        $body = self::resolve($request['content']['application/json']['schema'] ?? []);
        $success = self::resolve($operation['responses']['200'] ?? []);
        $answer = self::resolve($success['content']['application/json']['schema'] ?? []);
        preg_match_all('/\{(\w+)\}/', $path, $inPath);
        [$tag] = $operation['tags'];
        return [
            'method' => strtoupper($method),
            'path' => $path,
            'resource' => lcfirst(str_replace(' ', '', ucwords($tag))),
            'names' => [self::method($operation['operationId'], $tag), ...$operation['x-aliases'] ?? []],
            'inPath' => $inPath[1],
            'inQuery' => array_column($inQuery, 'name'),
            'inBody' => array_keys($body['properties'] ?? []),
            'isList' => isset($answer['properties']['has_more'], $answer['properties']['data']),
        ];
    }

    /** The operation's id without the words of its tag. */
    private static function method(string $id, string $tag): string
    {
        $words = preg_split('/(?=[A-Z])/', $id);
        $ofTag = [];
        foreach (explode(' ', $tag) as $word) {
            array_push($ofTag, $word, rtrim($word, 's'));
        }
        $isOwn = fn (string $word, int $index) => $index === 0 || !in_array($word, $ofTag, true);
        return implode('', array_filter($words, $isOwn, ARRAY_FILTER_USE_BOTH));
    }

    private static function resolve(array $thing): array
    {
        if (!isset($thing['$ref'])) {
            return $thing;
        }
        $at = self::document();
        foreach (explode('/', substr($thing['$ref'], 2)) as $key) {
            $at = $at[$key];
        }
        return self::resolve($at);
    }

    private static function document(): array
    {
        $path = dirname(__DIR__, 4) . '/reference/openapi.json';
        return self::$document ??= json_decode(file_get_contents($path), true, 512, JSON_THROW_ON_ERROR);
    }
}
