// Makes a call with openapi-fetch and the types that openapi-typescript generates, and meets an error.
import createClient from 'openapi-fetch';
import type { components, paths } from './openapi_typescript_types';

type Schemas = components['schemas'];
export type Resources = [Schemas['Contact'], Schemas['Conversation'], Schemas['Group'], Schemas['Message'], Schemas['Sound']];

async function main(): Promise<void> {
    const headers = { authorization: `Bearer ${process.env.TOKEN}` };
    const client = createClient<paths>({ baseUrl: process.env.URL, headers });
    const me: Schemas['Person'] | undefined = (await client.GET('/v1/me')).data;
    const missing = await client.GET('/v1/contacts/{id}', { params: { path: { id: '0000000000000000' } } });
    const error = missing.error as Schemas['ApiError'];
    if (!me || error.code !== 'resource_missing') {
        throw new Error(JSON.stringify(missing));
    }
    console.log(`openapi-typescript: ${me.username}`);
}

main();
