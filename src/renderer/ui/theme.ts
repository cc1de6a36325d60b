import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Deep teal; the eighth shade carries white text at more than 6:1. */
const clinic: MantineColorsTuple = ['#eaf5f6', '#d5eaed', '#abd5da', '#7fbfc7', '#5aacb6', '#3f98a4', '#2d8491', '#1c717f', '#0f6170', '#0a4c58']
/** Greys with a trace of blue, calmer on white than pure ones. */
const gray: MantineColorsTuple = ['#f6f8fa', '#eef1f4', '#e2e7ec', '#d2d9e0', '#b8c2cc', '#94a1ae', '#6f7d8b', '#51606e', '#36434f', '#1e2832']
const dark: MantineColorsTuple = ['#dce3ea', '#b7c2cd', '#98a5b3', '#5f6d7b', '#3c4854', '#2d3741', '#232b34', '#1a2129', '#141a21', '#0e1318']

const fonts = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Helvetica Neue", Arial, sans-serif'

/** The look of every screen: dense enough for all-day work, contrast of WCAG 2.2 AA in light and dark. */
export const theme = createTheme({
  primaryColor: 'clinic',
  primaryShade: { light: 8, dark: 8 },
  colors: { clinic, gray, dark },
  fontFamily: fonts,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.5' },
  headings: {
    fontFamily: fonts,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right', comboboxProps: { shadow: 'md' } } },
    Textarea: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    InputWrapper: {
      styles: {
        label: { marginBottom: 3 },
        description: { marginTop: 3, fontSize: 'var(--mantine-font-size-xs)' },
        error: { fontSize: 'var(--mantine-font-size-xs)' },
      },
    },
    // Their <header> would be a second banner of the page.
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        attributes: { header: { role: 'presentation' } },
        styles: { title: { fontWeight: 600, fontSize: 'var(--mantine-font-size-lg)' } },
      },
    },
    Drawer: {
      defaultProps: {
        position: 'right',
        attributes: { header: { role: 'presentation' } },
        styles: { title: { fontWeight: 600, fontSize: 'var(--mantine-font-size-xl)' } },
      },
    },
    Anchor: { defaultProps: { underline: 'always' } },
  },
})

/** Own tokens beside Mantine's: surfaces, lines and the status palette (text on its tint, each at least 4.5:1). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--app-bar-height': '52px',
    '--app-rail': '212px',
  },
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': 'var(--mantine-color-clinic-8)',
    '--mantine-color-default-border': 'var(--mantine-color-gray-4)',
    '--mantine-color-text': '#1e2832',
    '--app-canvas': '#f3f5f7',
    '--app-surface': '#ffffff',
    '--app-raised': '#ffffff',
    '--app-line': '#dfe4e9',
    '--app-hover': '#eef2f5',
    '--app-selected': '#e0f0f2',
    '--app-selected-text': '#0a4c58',
    '--app-ok': '#1b6b3a',
    '--app-ok-tint': '#e3f4e8',
    '--app-info': '#0a5670',
    '--app-info-tint': '#e0f0f5',
    '--app-warn': '#7a4a00',
    '--app-warn-tint': '#fdf0d5',
    '--app-bad': '#9b1c13',
    '--app-bad-tint': '#fde8e6',
    '--app-quiet': '#4a5865',
    '--app-quiet-tint': '#eceff2',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b5c1',
    '--mantine-color-placeholder': '#a9b5c1',
    '--mantine-color-error': '#ff9b91',
    '--mantine-color-anchor': '#7fbfc7',
    '--mantine-color-body': '#1a2129',
    '--mantine-color-default-border': 'var(--mantine-color-dark-4)',
    '--app-canvas': '#12171d',
    '--app-surface': '#1a2129',
    '--app-raised': '#202831',
    '--app-line': '#2d3741',
    '--app-hover': '#232c35',
    '--app-selected': '#17373d',
    '--app-selected-text': '#b9e3e8',
    '--app-ok': '#8ddaa4',
    '--app-ok-tint': '#16321f',
    '--app-info': '#8fd2e6',
    '--app-info-tint': '#12313b',
    '--app-warn': '#f4c675',
    '--app-warn-tint': '#3a2a0c',
    '--app-bad': '#ffa89f',
    '--app-bad-tint': '#42191a',
    '--app-quiet': '#b3bfca',
    '--app-quiet-tint': '#28313a',
  },
})
