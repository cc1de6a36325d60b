import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import type { WorkstationLine } from '../../../shared/contract/sync.js'
import { openPanel } from '../../app/panels.js'
import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

/** What can be done with one workstation: another name, and removing it when it is not the one somebody sits at. */
export function WorkstationMenu({ line: { id, name, isThis, waiting } }: { line: Pick<WorkstationLine, 'id' | 'name' | 'isThis' | 'waiting'> }) {
  const t = useTexts(texts)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('actionsOf', { name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => openPanel('renameWorkstation', { id, name })}>
          {t('renameAction')}
        </Menu.Item>
        {!isThis && (
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => openPanel('removeWorkstation', { id, name, waiting })}>
            {t('removeAction')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
