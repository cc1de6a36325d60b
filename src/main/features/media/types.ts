import { fileTypeFromBuffer } from 'file-type'
import type { Media } from '../../../shared/contract/media.js'

/** Bytes at the beginning of a file by which its type is recognised. */
export const headBytes = 64 * 1024

/** Types that may be added, by what their first bytes say; the value is whether browsers show them. */
const types: Readonly<Record<string, boolean>> = {
  'image/jpeg': true,
  'image/png': true,
  'image/apng': true,
  'image/gif': true,
  'image/webp': true,
  'image/avif': true,
  'image/bmp': true,
  'image/heic': false,
  'image/heif': false,
  'image/heic-sequence': false,
  'image/heif-sequence': false,
  'image/tiff': false,
  'video/mp4': true,
  'video/webm': true,
  'video/x-m4v': true,
  'video/quicktime': true,
  'video/matroska': false,
  'video/x-matroska': false,
  'video/vnd.avi': false,
  'video/x-msvideo': false,
  'video/mpeg': false,
  'video/3gpp': false,
  'application/pdf': false,
}

/** Kind and type of a file from its first bytes, never from its name; undefined for what is neither image, video nor PDF. */
export async function recogniseMedia(head: Uint8Array): Promise<{ kind: Media['kind']; mimeType: string } | undefined> {
  // A file cut short can end in the middle of what the recogniser looks for.
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  if (!found || types[found.mime] === undefined) return undefined
  const kind = found.mime.startsWith('image/') ? 'image' : found.mime.startsWith('video/') ? 'video' : 'document'
  return { kind, mimeType: found.mime }
}

/** Whether a browser shows a type; anything else is only ever sent as a file to save. */
export const isShown = (mimeType: string): boolean => types[mimeType] === true

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/apng': 'png',
  'image/tiff': 'tif',
  'video/quicktime': 'mov',
  'video/x-m4v': 'm4v',
  'video/matroska': 'mkv',
  'video/x-matroska': 'mkv',
  'video/vnd.avi': 'avi',
  'video/x-msvideo': 'avi',
  'video/mpeg': 'mpg',
  'video/3gpp': '3gp',
}

/** Name under which a file is saved: its title without what file systems refuse, and the ending of its type. */
export function fileName(title: string | undefined, mimeType: string): string {
  const ending = endings[mimeType] ?? mimeType.split(/[/-]/)[1] ?? 'bin'
  const name = (title ?? '')
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ')
    .trim()
    .replace(/^\.+/, '')
    .slice(0, 120)
  return `${name || 'file'}${name.toLowerCase().endsWith(`.${ending}`) ? '' : `.${ending}`}`
}
