/** The administrator of every demo clinic. It is no secret: a demo holds made-up records only, and its sign-in screen shows both. */
export const demoAccount = { username: 'demo', password: 'demo-clinic' } as const
