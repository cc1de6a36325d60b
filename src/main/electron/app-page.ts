/** Scheme of the built-in pages. Registered as standard and secure, so that it has an origin of its own. */
export const appScheme = 'app'

/** Host part of the one origin this application has. */
export const appHost = 'clinic'

/** Address of the application's page. */
export const appPage = `${appScheme}://${appHost}/`

/**
 * Whether an address belongs to the application's own origin. Protocol and host are compared, because the `origin` of a
 * custom scheme is the text 'null' in Node and would make all of them equal.
 */
export const isAppPage = (address: string | undefined): boolean => {
  if (address === undefined || !URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === `${appScheme}:` && url.host === appHost && url.username === '' && url.password === ''
}
