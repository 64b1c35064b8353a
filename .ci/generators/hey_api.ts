// Makes a call with the client that @hey-api/openapi-ts generates, and meets an error.
import type { ApiError, Contact, Conversation, Group, Message, Person, Sound } from './hey_api_client';
import { getContact, getMe } from './hey_api_client';
import { client } from './hey_api_client/client.gen';

// What the contract names, generated code names too.
export type Resources = [Contact, Conversation, Group, Message, Sound];

async function main(): Promise<void> {
    client.setConfig({ baseUrl: process.env.URL, auth: process.env.TOKEN });
    const me: Person | undefined = (await getMe()).data;
    const missing = await getContact({ path: { id: '0000000000000000' } });
    const error = missing.error as ApiError;
    if (!me || error.code !== 'resource_missing') {
        throw new Error(JSON.stringify(missing));
    }
    console.log(`@hey-api/openapi-ts: ${me.username}`);
}

main();
