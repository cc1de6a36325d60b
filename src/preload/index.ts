import { ipcRenderer } from 'electron'

// The page makes a message channel and posts one end of it to its own window; it is handed on to the main process as it
// is. Nothing is exposed to the page: no functions, no channel names, no ipcRenderer.
window.addEventListener('message', (event) => {
  const isOwnPage = event.source === window && event.origin === window.location.origin && window.parent === window
  if (!isOwnPage || event.data !== 'connect' || event.ports.length !== 1) return
  ipcRenderer.postMessage('connect', null, [...event.ports])
})
