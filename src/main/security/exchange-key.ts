import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** Makes a workstation's X25519 key pair and returns its private half, 32 bytes; `publicKeyOf` gives the other one. */
export function newExchangeKey(): Buffer {
  const { d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  return Buffer.from(String(d), 'base64url')
}

/** Public half of a private X25519 key, 32 bytes. */
export function publicKeyOf(privateKey: Uint8Array): Buffer {
  const { x } = createPublicKey(privateObject(privateKey)).export({ format: 'jwk' })
  return Buffer.from(String(x), 'base64url')
}

/** The secret that two workstations share by their key pairs alone, 32 bytes. @throws Error for a public key that is none, or one that gives no secret */
export function sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  if (publicKey.length !== 32) throw new TypeError('A public X25519 key has 32 bytes.')
  const other = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(publicKey).toString('base64url') }, format: 'jwk' })
  return diffieHellman({ privateKey: privateObject(privateKey), publicKey: other })
}

/** Node takes a raw private key only in PKCS#8, whose head is always the same for X25519 (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b656e04220420', 'hex')

function privateObject(privateKey: Uint8Array): KeyObject {
  if (privateKey.length !== 32) throw new TypeError('A private X25519 key has 32 bytes.')
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, privateKey]), format: 'der', type: 'pkcs8' })
}
