// Runs before the first frame, as a classic script: without it a dark screen flashes white and an Arabic one is laid out from the left.
;(() => {
  const root = document.documentElement
  let scheme = 'auto'
  let language = ''
  try {
    scheme = localStorage.getItem('mantine-color-scheme-value') || 'auto'
    language = localStorage.getItem('language') || ''
  } catch {}
  if (scheme !== 'light' && scheme !== 'dark') scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  root.setAttribute('data-mantine-color-scheme', scheme)
  if (!['en', 'es', 'ar'].includes(language)) {
    const wanted = navigator.languages.map((name) => name.slice(0, 2))
    language = wanted.find((name) => ['en', 'es', 'ar'].includes(name)) || 'en'
  }
  root.lang = language
  root.dir = language === 'ar' ? 'rtl' : 'ltr'
})()
