import { X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'

/** A certificate and its private key, both PEM. */
export interface Certificate {
  certificate: string
  key: string
}

/** SHA-256 fingerprint in the form that browsers show, to be compared on first use. */
export const fingerprintOf = (certificate: string): string => new X509Certificate(certificate).fingerprint256

/** Addresses of this computer on its networks. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal)
    .map((address) => address.address.split('%')[0] ?? '')

/**
 * The certificate that this program made for itself and keeps in `folder`; made anew when it is missing, about to expire or made for other
 * names. It lasts 397 days, the most that browsers accept.
 */
export async function ownCertificate(folder: string, names: readonly string[], now: number): Promise<Certificate> {
  const [certificateFile, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'certificate-key.pem')]
  if (existsSync(certificateFile) && existsSync(keyFile)) {
    const certificate = readFileSync(certificateFile, 'utf8')
    if (isUsable(certificate, names, now)) return { certificate, key: readFileSync(keyFile, 'utf8') }
  }
  // Loaded when it is needed: it took a quarter of every start, and most hosts serve loopback without a certificate.
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: 'MedInsight Hub' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 86_400_000),
    notAfterDate: new Date(now + 396 * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: ['localhost', '127.0.0.1', '::1', ...names].map((name) => (isAddress(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(keyFile, made.private, { mode: 0o600 })
  chmodSync(keyFile, 0o600)
  writeFileSync(certificateFile, made.cert, { mode: 0o644 })
  return { certificate: made.cert, key: made.private }
}

const isAddress = (name: string): boolean => /^\d+(\.\d+){3}$/.test(name) || name.includes(':')

function isUsable(certificate: string, names: readonly string[], now: number): boolean {
  try {
    const read = new X509Certificate(certificate)
    return (
      Date.parse(read.validTo) - now > 14 * 86_400_000 && names.every((name) => (isAddress(name) ? read.checkIP(name) : read.checkHost(name)) !== undefined)
    )
  } catch {
    return false
  }
}
