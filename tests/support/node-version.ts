/** Stops a test run on a Node that cannot load the encrypted database, where it would otherwise crash without a word. */
export const setup = (): void => {
  const napi = Number(process.versions.napi)
  if (napi >= 10) return
  throw new Error(
    `The tests need the project's Node 24 (Node-API 10 or later); this is Node ${process.versions.node} with Node-API ${napi}. Run them through npm, for example: npm run test:unit`,
  )
}
