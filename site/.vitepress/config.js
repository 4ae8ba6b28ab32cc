/**
 * Config: how the site looks and searches. Its pages and its menu are made by build.ts.
 *
 * Policy. Nothing of anybody else's is loaded by a reader's browser. An anchor is what GitHub makes of the heading, so that a link is right
 * in both places. Chinese has no spaces: what is searched are pairs of characters.
 */
import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { slug, tokenize } from '../search.js'

const menu = JSON.parse(readFileSync(new URL('../.work/menu.json', import.meta.url), 'utf8'))

const WORDS = {
  en: { start: 'Start', reference: 'Reference', operation: 'Operation', decisions: 'Decisions' },
  'zh-TW': {
    start: '入門',
    outline: '本頁內容',
    next: '下一頁',
    prev: '上一頁',
    menu: '選單',
    top: '回到頂端',
    theme: '外觀',
    languages: '語言',
    search: '搜尋',
    none: '找不到結果：',
    reset: '清除',
    open: '開啟',
    move: '移動',
    close: '關閉',
  },
  'zh-CN': {
    start: '入门',
    outline: '本页内容',
    next: '下一页',
    prev: '上一页',
    menu: '菜单',
    top: '回到顶部',
    theme: '外观',
    languages: '语言',
    search: '搜索',
    none: '没有结果：',
    reset: '清除',
    open: '打开',
    move: '移动',
    close: '关闭',
  },
}

export default defineConfig({
  title: 'Postrider',
  description: 'Transactional mail for Node: compose, sign, queue and deliver it yourself.',
  srcDir: '.work/pages',
  outDir: 'dist',
  cacheDir: '.work/cache',
  markdown: { html: false, anchor: { slugify: slug }, toc: { slugify: slug } },
  head: [['meta', { name: 'referrer', content: 'no-referrer' }]],
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: { sidebar: sidebarOf('en') } },
    'zh-TW': chinese('zh-TW', '繁體中文'),
    'zh-CN': chinese('zh-CN', '简体中文'),
  },
  themeConfig: {
    i18nRouting: false,
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        locales: { 'zh-TW': { translations: searchWords('zh-TW') }, 'zh-CN': { translations: searchWords('zh-CN') } },
        miniSearch: { options: { tokenize } },
      },
    },
  },
})

function sidebarOf(language) {
  return Object.entries(menu[language])
    .filter(([, items]) => items.length > 0)
    .map(([part, items]) => ({ text: WORDS[language][part] ?? part, items, collapsed: part === 'decisions' }))
}

function chinese(language, label) {
  const words = WORDS[language]
  return {
    label,
    lang: language,
    themeConfig: {
      sidebar: sidebarOf(language),
      outline: { level: [2, 3], label: words.outline },
      docFooter: { prev: words.prev, next: words.next },
      sidebarMenuLabel: words.menu,
      returnToTopLabel: words.top,
      darkModeSwitchLabel: words.theme,
      langMenuLabel: words.languages,
    },
  }
}

function searchWords(language) {
  const { search, none, reset, open, move, close } = WORDS[language]
  return {
    button: { buttonText: search, buttonAriaLabel: search },
    modal: {
      noResultsText: none,
      resetButtonTitle: reset,
      footer: { selectText: open, navigateText: move, closeText: close },
    },
  }
}
