import { hash, parseOptions, verify } from '@node-rs/argon2'

/** argon2id parameters of OWASP's password storage cheat sheet (46 MiB, 1 pass, 1 lane). */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1, outputLen: 32 }

/** Least length of a password; there are no rules about kinds of characters (NIST SP 800-63B). */
export const minPasswordLength = 10
/** Least and greatest number of digits of a PIN, which only unlocks a session that a password opened. */
export const pinLength = { min: 4, max: 12 }

const maxPasswordLength = 256

/** Passwords of ten characters and more that head every list of leaked ones, and the product's own words. */
const common = new Set(
  `1234567890 0123456789 12345678910 123456789a 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456 qwerty1234 password12 password123
password1234 passw0rd123 p@ssw0rd123 password1! password01 password!1 passwordpassword iloveyou12 iloveyou123 abcdefghij abcdefghijk abcdef1234 abcd123456
abc1234567 aaaaaaaaaa 1111111111 0000000000 1122334455 1234512345 9876543210 0987654321 987654321a asdfghjkl1 asdfghjkl123 asdfghjkl; zxcvbnm123 zaq12wsxcde
letmein123 letmein1234 welcome123 welcome1234 welcome2024 welcome2025 welcome2026 administrator administrator1 admin12345 admin123456 admin1234567 adminadmin
adminadmin1 changeme12 changeme123 changeme1234 default123 test123456 test1234567 testtest12 testtest123 secret1234 secret12345 superman123 superman12 batman1234
football12 football123 baseball12 baseball123 basketball sunshine12 sunshine123 princess12 princess123 monkey1234 dragon1234 master1234 michael123 jennifer123
starwars123 pokemon123 google1234 computer12 computer123 internet12 internet123 whatever12 whatever123 trustno1234 q1w2e3r4t5 q1w2e3r4t5y6 1q2w3e4r5t6y zxcvbnmasd
medinsight medinsight1 medinsight123 medinsighthub clinic1234 clinic12345 clinic2024 clinic2025 clinic2026 optometry1 optometry123 optometrist reception1 reception123
receptionist doctor1234 doctor12345 patient123 patient1234 practice123 hospital123 hospital12 healthcare healthcare1 contraseña contrasena1 contrasena123`.split(
    /\s+/,
  ),
)

/** Why a password is refused; undefined when it may be used. */
export type PasswordRefusal = 'tooShort' | 'tooLong' | 'common' | 'containsUsername'

/** Checks a new password: length, leaked or trivial ones, and ones made from the user's own name. */
export function refusePassword(password: string, username: string): PasswordRefusal | undefined {
  const text = normal(password)
  if ([...text].length < minPasswordLength) return 'tooShort'
  if (text.length > maxPasswordLength) return 'tooLong'
  const folded = text.toLowerCase()
  if (common.has(folded) || new Set(folded).size <= 2 || isRun(folded) || isRepeated(folded)) return 'common'
  const name = normal(username).toLowerCase()
  if (name.length >= 3 && folded.includes(name) && folded.length - name.length < 6) return 'containsUsername'
  return undefined
}

/** Why a PIN is refused: only digits, enough of them, no single digit and no plain sequence. */
export function refusePin(pin: string): 'notDigits' | 'tooShort' | 'tooLong' | 'common' | undefined {
  if (!/^[0-9]*$/.test(pin)) return 'notDigits'
  if (pin.length < pinLength.min) return 'tooShort'
  if (pin.length > pinLength.max) return 'tooLong'
  return new Set(pin).size === 1 || isRun(pin) ? 'common' : undefined
}

/** argon2id hash of a password or PIN as a PHC string with its parameters and salt; runs off the main thread. */
export const hashPassword = (password: string): Promise<string> => hash(normal(password), cost)

/** A PIN is hashed as a password is; few attempts, not the hash, are what protects it. */
export const hashPin = (pin: string): Promise<string> => hash(pin, cost)

/** Whether a password or PIN belongs to a hash; false, never an error, for a hash that cannot be read. */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  if (password.length > maxPasswordLength * 4) return false
  try {
    return await verify(stored, normal(password))
  } catch {
    return false
  }
}

let decoy: Promise<string> | undefined

/** Takes as long as `verifyPassword` and is false: for unknown user names, so that the time taken does not tell which ones exist. */
export async function verifyNothing(password: string): Promise<false> {
  decoy ??= hashPassword('a password that nobody has')
  await verifyPassword(await decoy, password)
  return false
}

/** Whether a hash was made with lower parameters than today's and should be made again at the next sign-in. */
export function needsRehash(stored: string): boolean {
  try {
    const { memoryCost, timeCost, parallelism, outputLen } = parseOptions(stored)
    return (
      !stored.startsWith('$argon2id$') ||
      memoryCost < cost.memoryCost ||
      timeCost < cost.timeCost ||
      parallelism !== cost.parallelism ||
      outputLen < cost.outputLen
    )
  } catch {
    return true
  }
}

/** The same characters typed on different keyboards are the same password. */
const normal = (text: string): string => text.normalize('NFKC')

/** Whether each character follows the one before it, up or down, also over the zero: 3456789012. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((letter, i) => letter.charCodeAt(0) - text.charCodeAt(i))
  return steps.every((step) => step === 1 || step === -9) || steps.every((step) => step === -1 || step === 9)
}

function isRepeated(text: string): boolean {
  for (let size = 1; size <= Math.min(4, text.length / 2); size++) {
    if (
      text ===
      text
        .slice(0, size)
        .repeat(Math.ceil(text.length / size))
        .slice(0, text.length)
    )
      return true
  }
  return false
}
