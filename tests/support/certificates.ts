import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { temporaryFolder } from './temporary-folder.js'

/** Paths of a server's certificate and key, and of the authority that signed it (PEM). */
export interface CertificateFiles {
  cert: string
  key: string
  ca: string
}

const day = 86_400_000

/** A certificate for some names and addresses, by an authority of its own. `isExpired`: it was valid until yesterday. */
export async function makeCertificate(names: readonly string[], { isExpired = false } = {}): Promise<CertificateFiles> {
  const folder = temporaryFolder()
  const shared = { keyType: 'ec', algorithm: 'sha256' } as const
  const ca = await generate([{ name: 'commonName', value: 'Test authority' }], {
    ...shared,
    notBeforeDate: new Date(Date.now() - 100 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  const altNames = names.map((name) => (/^[\d.]+$/.test(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const)))
  const made = await generate([{ name: 'commonName', value: 'Test server' }], {
    ...shared,
    ca: { key: ca.private, cert: ca.cert },
    notBeforeDate: new Date(Date.now() - 10 * day),
    notAfterDate: new Date(Date.now() + (isExpired ? -day : 10 * day)),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      // Nodes of a cluster show each other the same certificate in both roles.
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  })
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), ca: join(folder, 'ca.pem') }
  writeFileSync(files.cert, made.cert)
  writeFileSync(files.key, made.private)
  writeFileSync(files.ca, ca.cert)
  return files
}
