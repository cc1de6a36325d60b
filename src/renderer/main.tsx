import './zod-first.js'
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './ui/global.css'
import { setNonce } from 'get-nonce'
import { createRoot } from 'react-dom/client'
import { connection } from './api/client.js'
import { App } from './app/app.js'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
// The scroll lock of dialogs makes its own style element and asks get-nonce, not Mantine.
if (nonce) setNonce(nonce)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no root element.')
connection.start()
createRoot(root).render(<App nonce={nonce} />)
