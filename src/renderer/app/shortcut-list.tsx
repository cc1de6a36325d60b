import { Kbd, Modal, Switch } from '@mantine/core'
import { Fragment } from 'react'
import { useTexts } from '../i18n/texts.js'
import { keyNames } from '../ui/key-names.js'
import { singleKeys, useShortcutList } from '../ui/shortcuts.js'
import { texts as uiTexts } from '../ui/texts.js'
import classes from './menus.module.css'
import { texts } from './texts.js'

/** The keys that work on the screen now shown, and the switch for those without Ctrl or ⌘. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const shortcuts = useShortcutList()
  return (
    <Modal opened onClose={onClose} title={t('shortcuts')} closeButtonProps={{ 'aria-label': ui('close') }}>
      <Switch label={t('singleKeys')} checked={singleKeys.isOn()} onChange={(event) => singleKeys.set(event.currentTarget.checked)} mb="md" />
      <table className={classes.keys}>
        <tbody>
          {shortcuts.map(({ keys, label }) => (
            <tr key={keys}>
              <td>{label}</td>
              <td dir="ltr">
                {keyNames(keys).map((press, index) => (
                  <Fragment key={press.join()}>
                    {index > 0 && <span className={classes.quiet}> {t('then')} </span>}
                    {press.map((key) => (
                      <Kbd key={key} ms={2}>
                        {key}
                      </Kbd>
                    ))}
                  </Fragment>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}
