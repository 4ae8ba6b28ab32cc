/**
 * Theme: whether it is light or dark, before anything is painted: as the system has it, unless somebody chose.
 */
const chosen = localStorage.getItem('postrider.theme')
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
