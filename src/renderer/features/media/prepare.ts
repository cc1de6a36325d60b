/** What the browser can tell of a file before it is added, and a small picture of it. Nothing is known of a file that it cannot show. */
export interface Prepared {
  width?: number
  height?: number
  durationSeconds?: number
  thumbnail?: Blob
}

/** Longest side of a thumbnail in pixels: sharp in the grid on screens of double density. */
const thumbnailSide = 480
/** A video that does not open by then is added without a poster. */
const videoPatienceMs = 8000

/** Draws a source smaller onto white, because a JPEG has no transparency. */
async function shrink(source: CanvasImageSource, width: number, height: number): Promise<Blob | undefined> {
  const scale = Math.min(1, thumbnailSide / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d')
  if (!context) return undefined
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/jpeg', 0.82))
}

async function prepareImage(file: Blob): Promise<Prepared> {
  // Turned as the camera says: width and height are those of the picture as it is shown.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const { width, height } = bitmap
    const thumbnail = await shrink(bitmap, width, height)
    return { width, height, ...(thumbnail && { thumbnail }) }
  } finally {
    bitmap.close()
  }
}

const happens = (target: EventTarget, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    target.addEventListener(name, () => resolve(), { once: true })
    target.addEventListener('error', () => reject(new Error('The file does not open.')), { once: true })
    setTimeout(() => reject(new Error('The file does not open.')), videoPatienceMs)
  })

async function prepareVideo(file: Blob): Promise<Prepared> {
  const url = URL.createObjectURL(file)
  const video = document.createElement('video')
  try {
    video.muted = true
    video.preload = 'auto'
    video.src = url
    await happens(video, 'loadeddata')
    const { videoWidth: width, videoHeight: height, duration } = video
    const facts = { ...(width > 0 && { width, height }), ...(Number.isFinite(duration) && { durationSeconds: Math.round(duration * 100) / 100 }) }
    if (width === 0) return facts
    // The first frame is often black.
    const moment = Math.min(1, duration / 3)
    if (Number.isFinite(moment) && moment > 0) {
      video.currentTime = moment
      await happens(video, 'seeked')
    }
    const thumbnail = await shrink(video, width, height)
    return { ...facts, ...(thumbnail && { thumbnail }) }
  } finally {
    video.removeAttribute('src')
    URL.revokeObjectURL(url)
  }
}

/** Looks at a file as far as this browser can show it; the file's name and claimed type decide only what is tried. */
export async function prepare(file: File): Promise<Prepared> {
  try {
    return file.type.startsWith('video/') ? await prepareVideo(file) : file.type === 'application/pdf' ? {} : await prepareImage(file)
  } catch {
    return {}
  }
}
